import { describe, expect, it } from 'vitest'
import { requireRecentLogin } from './recent-login-policy.ts'
import type { Session } from './session.ts'

const minute = 60_000
const loggedInAt = 1_900_000_000_000

function aSession(facts: Partial<Session> = {}): Session {
  return {
    id: 'a',
    accountId: 1,
    createdAt: loggedInAt,
    expiresAt: undefined,
    refreshSeed: '',
    refreshGeneration: 0,
    refreshedAt: loggedInAt,
    refreshExpiresAt: loggedInAt + 60 * minute,
    refreshKid: undefined,
    endedAt: undefined,
    endReason: undefined,
    address: '',
    userAgent: '',
    amr: ['pwd'],
    provenAt: loggedInAt,
    ...facts,
  }
}

describe('the step-up rule', () => {
  it('is satisfied until the login reaches its maximum age', () => {
    expect(() => requireRecentLogin(aSession(), loggedInAt, 15 * minute)).not.toThrow()
    expect(() => requireRecentLogin(aSession(), loggedInAt + 15 * minute - 1, 15 * minute)).not.toThrow()
    expect(() => requireRecentLogin(aSession(), loggedInAt + 15 * minute, 15 * minute)).toThrow('recent_login_required')
  })

  it('is not satisfied by a refresh', () => {
    const refreshed = aSession({ refreshedAt: loggedInAt + 20 * minute, refreshGeneration: 4 })
    expect(() => requireRecentLogin(refreshed, loggedInAt + 20 * minute, 15 * minute)).toThrow('recent_login_required')
  })

  it('is not satisfied if no login is known, or the session has ended', () => {
    expect(() => requireRecentLogin(undefined, loggedInAt, 15 * minute)).toThrow('recent_login_required')
    const adopted = aSession({ amr: [] })
    expect(() => requireRecentLogin(adopted, loggedInAt, 15 * minute)).toThrow('recent_login_required')
    const ended = aSession({ endedAt: loggedInAt + 1, endReason: 'logout' })
    expect(() => requireRecentLogin(ended, loggedInAt + 2, 15 * minute)).toThrow('recent_login_required')
  })
})
