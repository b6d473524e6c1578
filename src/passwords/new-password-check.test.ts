import { describe, expect, it, vi } from 'vitest'
import { createNewPasswordCheck } from './new-password-check.ts'
import { defaultPasswordRules } from './password-policy.ts'

const BREACHED = 'exposed-lantern-17'

/** A check with a filter of one password, which counts its look-ups. */
function aCheck(has = async (password: string) => password === BREACHED) {
  const lookUp = vi.fn(has)
  const onUnreadable = vi.fn<(error: unknown) => void>()
  const check = createNewPasswordCheck({ rules: defaultPasswordRules, breached: { has: lookUp }, onUnreadable })
  return { check, lookUp, onUnreadable }
}

describe('the check of a new password', () => {
  it('refuses what the filter has, and nothing else that is in order', async () => {
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

  it('lets pass what cannot be looked up, and tells', async () => {
    const error = new Error('the disk is gone')
    const { check, onUnreadable } = aCheck(() => Promise.reject(error))
    expect(await check(BREACHED)).toEqual([])
    expect(onUnreadable).toHaveBeenCalledExactlyOnceWith(error)
    expect(await check('12345678')).not.toEqual([])
  })

  it('fails where whoever is told of that wants it to', async () => {
    const { check, onUnreadable } = aCheck(() => Promise.reject(new Error('the disk is gone')))
    onUnreadable.mockImplementation((error) => {
      throw error
    })
    await expect(check(BREACHED)).rejects.toThrow('the disk is gone')
  })

  it('goes by the other rules alone where there is no filter', async () => {
    const check = createNewPasswordCheck({ rules: defaultPasswordRules, breached: undefined, onUnreadable: () => {} })
    expect(await check(BREACHED)).toEqual([])
    expect(await check('short')).toEqual([{ fault: 'too_short', minimum: 8 }])
  })
})
