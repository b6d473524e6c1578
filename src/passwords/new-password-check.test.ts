import { describe, expect, it, vi } from 'vitest'
import { createNewPasswordCheck } from './new-password-check.ts'
import { defaultPasswordRules } from './password-policy.ts'

const BREACHED = 'exposed-lantern-17'

/** A check with a filter of one password, which counts its lookups. */
function aCheck(has = async (password: string) => password === BREACHED) {
  const lookUp = vi.fn(has)
  const onUnreadable = vi.fn<(error: unknown) => void>()
  const check = createNewPasswordCheck({ rules: defaultPasswordRules, breached: { has: lookUp }, onUnreadable })
  return { check, lookUp, onUnreadable }
}

describe('the check of a new password', () => {
  it('refuses what the filter contains, and accepts everything else that is valid', async () => {
    const { check } = aCheck()
    expect(await check(BREACHED)).toEqual([{ fault: 'breached' }])
    expect(await check('Exposed-Lantern-17')).toEqual([])
    expect(await check(`${BREACHED} `)).toEqual([])
  })

  it('does not look up what is refused anyway', async () => {
    const { check, lookUp } = aCheck()
    expect(await check('12345678')).toEqual([{ fault: 'too_common' }, { fault: 'entirely_numeric' }])
    expect(await check(BREACHED, { username: BREACHED })).toEqual([{ fault: 'too_similar', attribute: 'username' }])
    expect(lookUp).not.toHaveBeenCalled()
  })

  it('accepts what cannot be looked up, and reports that', async () => {
    const error = new Error('the disk is gone')
    const { check, onUnreadable } = aCheck(() => Promise.reject(error))
    expect(await check(BREACHED)).toEqual([])
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith(error)
    expect(await check('12345678')).not.toEqual([])
  })

  it('fails if the code that gets the report wants it to', async () => {
    const { check, onUnreadable } = aCheck(() => Promise.reject(new Error('the disk is gone')))
    onUnreadable.mockImplementation((error) => {
      throw error
    })
    await expect(check(BREACHED)).rejects.toThrow('the disk is gone')
  })

  it('applies the other rules alone if there is no filter', async () => {
    const check = createNewPasswordCheck({ rules: defaultPasswordRules, breached: undefined, onUnreadable: () => {} })
    expect(await check(BREACHED)).toEqual([])
    expect(await check('short')).toEqual([{ fault: 'too_short', minimum: 8 }])
  })
})
