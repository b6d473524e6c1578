import { describe, expect, it } from 'vitest'
import { createLog } from '../platform/log.ts'
import { createHookRunner } from './hook-runner.ts'
import type { Hooks, TokenEvent } from './hooks.ts'

const request = { address: '192.0.2.1', userAgent: 'test' }
const account = {
  id: 1,
  username: 'kim',
  email: 'kim@example.org',
  isEmailVerified: true,
  firstName: '',
  lastName: '',
  phoneNumber: '',
  uid: '1',
  profile: {},
  isStaff: false,
  isSuperuser: false,
  createdAt: 0,
}
const login = { account, request }
const token: TokenEvent = { ...login, session: { id: 's', amr: ['pwd'] }, by: 'login' }
const refusal = { refuse: { code: 'closed', message: 'Come back tomorrow.' } }

function aRunner(hooks: Hooks, timeoutMs = 10_000) {
  const lines: string[] = []
  const log = createLog('info', (text) => lines.push(text))
  const runner = createHookRunner({ hooks, timeoutMs, reservedClaims: ['sub', 'exp'], log })
  const logged = () => {
    log.flushNow()
    return lines.join('')
  }
  return { ...runner, logged }
}

describe('a hook that may refuse', () => {
  it('lets the operation pass by returning nothing, at once or later', async () => {
    const seen: unknown[] = []
    await aRunner({ beforeLogin: (event) => void seen.push(event) }).ask('beforeLogin', login)
    await aRunner({ beforeLogin: async (event) => void seen.push(event) }).ask('beforeLogin', login)
    expect(seen).toEqual([login, login])
  })

  it('that does not exist lets everything pass', async () => {
    const runner = aRunner({})
    await runner.ask('beforeLogin', login)
    expect([await runner.claimsFor(token), runner.has('beforeToken')]).toEqual([{}, false])
  })

  it('refuses', async () => {
    const runner = aRunner({ beforeLogin: () => refusal, beforeToken: async () => ({ ...refusal, claims: { a: 1 } }) })
    await expect(runner.ask('beforeLogin', login)).rejects.toMatchObject({
      code: 'hook_refused',
      hookRefusal: refusal.refuse,
    })
    await expect(runner.claimsFor(token)).rejects.toMatchObject({ code: 'hook_refused' })
    expect(runner.logged()).toBe('')
  })

  it.each<[string, NonNullable<Hooks['beforeLogin']>]>([
    [
      'throws',
      () => {
        throw new Error('the directory is down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the directory is down'))],
    ['rejects with nothing', () => Promise.reject()],
    ['answers nonsense', () => JSON.parse('{"refuse": 1}')],
  ])('and %s refuses too, because its answer is not known', async (_what, beforeLogin) => {
    const runner = aRunner({ beforeLogin })
    await expect(runner.ask('beforeLogin', login)).rejects.toMatchObject({ code: 'unavailable' })
    expect(runner.logged()).toMatch(/"hook":"beforeLogin".*a hook failed/)
  })

  it('is waited for, but not forever, and learns when nobody waits any more', async () => {
    let signal: AbortSignal | undefined
    const beforeLogin: Hooks['beforeLogin'] = (_event, context) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const runner = aRunner({ beforeLogin }, 1)
    await expect(runner.ask('beforeLogin', login)).rejects.toMatchObject({ code: 'unavailable' })
    expect(signal?.aborted).toBe(true)
    expect(runner.logged()).toContain('longer than 1 ms')
  })
})

describe('a hook that is only notified', () => {
  it('changes nothing by failing', async () => {
    const runner = aRunner({ afterLogin: () => Promise.reject(new Error('no queue')) })
    await runner.tell('afterLogin', token)
    expect(runner.logged()).toContain('no queue')
  })
})

describe('claims', () => {
  it('are those of the hook, without Latchkey’s own; a conflict is logged once', async () => {
    const runner = aRunner({ beforeToken: () => ({ claims: { sub: '7', exp: 9, tenant: 'a' } }) })
    expect([await runner.claimsFor(token), await runner.claimsFor(token)]).toEqual([{ tenant: 'a' }, { tenant: 'a' }])
    expect(runner.logged().match(/reserved claim/g)).toHaveLength(2)
  })

  it('may have any other name', async () => {
    const claims = JSON.parse('{"__proto__": {"sub": "7"}, "constructor": 1, "https://example.org/role": "x"}')
    const read = await aRunner({ beforeToken: () => ({ claims }) }).claimsFor(token)
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor', 'https://example.org/role'])
    expect(JSON.stringify(read)).toBe(JSON.stringify(claims))
  })
})
