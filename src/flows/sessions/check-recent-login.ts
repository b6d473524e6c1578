import { AuthError } from '../../errors.ts'
import { hasSecondFactor, usableFactors } from '../../mfa/mfa-policy.ts'
import type { Clock } from '../../platform/clock.ts'
import { requireRecentLogin } from '../../sessions/recent-login-policy.ts'
import type { Database } from '../../storage/database.ts'
import { confirmedFactors, typesOf } from '../mfa/held-factors.ts'
import type { Caller } from '../rights/actor.ts'
import { findOwnSession } from './own-session.ts'

type CheckRecentLoginParts = {
  database: Database
  clock: Clock
  settings: { recentLoginLifetimeMs: number; endSessionsOnDeactivation: boolean }
}

/**
 * The step-up rule for a caller: the session must have proven itself recently, and with a second factor if the account
 * has one. A refusal says how the session can prove itself.
 *
 * @param when `has_factor`: only the second half of the rule. Without a second factor, everybody passes
 * @throws AuthError `recent_login_required`, `second_factor_required`
 */
export type CheckRecentLogin = (caller: Caller, when?: 'has_factor') => Promise<void>

export function createCheckRecentLogin({ database, clock, settings }: CheckRecentLoginParts): CheckRecentLogin {
  return async (caller, when) => {
    const now = clock.now()
    const own = await findOwnSession(database.read, caller, now, settings)
    const held = typesOf(await confirmedFactors(database.read, caller.account.id))
    const stepUpWith = hasSecondFactor(held) ? usableFactors(held) : ['password']
    if (when === undefined) requireRecentLogin(own, now, settings.recentLoginLifetimeMs, stepUpWith)
    if (hasSecondFactor(held) && own?.amr.includes('mfa') !== true) {
      throw new AuthError('second_factor_required', { stepUpWith })
    }
  }
}
