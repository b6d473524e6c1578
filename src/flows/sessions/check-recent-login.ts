import type { Clock } from '../../platform/clock.ts'
import { requireRecentLogin } from '../../sessions/recent-login-policy.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Caller } from '../rights/actor.ts'

type CheckRecentLoginParts = { database: Database; clock: Clock; settings: { recentLoginLifetimeMs: number } }

/**
 * The step-up rule for a caller.
 *
 * @throws AuthError `recent_login_required`
 */
export type CheckRecentLogin = (caller: Caller) => Promise<void>

export function createCheckRecentLogin({ database, clock, settings }: CheckRecentLoginParts): CheckRecentLogin {
  return async ({ session, sessionId }) => {
    // Without CHECK_SESSION, nobody has checked the session yet.
    const own = session ?? (sessionId === undefined ? undefined : await findSession(database.read, sessionId))
    requireRecentLogin(own, clock.now(), settings.recentLoginLifetimeMs)
  }
}
