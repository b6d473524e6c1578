import { recordEvent } from '../../audit/audit-store.ts'
import type { LoginFailure } from '../../audit/events.ts'
import { actingStranger, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { FactorType } from '../../mfa/factor.ts'
import type { Database } from '../../storage/database.ts'

/** A login that failed. Only the log shows why. */
export type RefusedLogin = { kind: 'refused'; reason: LoginFailure }

/** Whose login failed, and why. @param factor the one that was wrong, if it was not the password */
type FailedLogin = { accountId: number | undefined; reason: LoginFailure; factor?: FactorType }

/** Records a failed login. */
export async function refuseLogin(
  database: Database,
  failed: FailedLogin,
  origin: RequestOrigin,
  now: number,
): Promise<RefusedLogin> {
  const event = { ...failed, origin: actingStranger(origin) }
  await database.inTransaction((tx) => recordEvent(tx, now, 'login.failed', event))
  return { kind: 'refused', reason: failed.reason }
}

/**
 * The refusal of a login. Only the log shows the reason, with one exception: a user with the right password learns that
 * the address is unconfirmed.
 */
export function loginRefusal({ reason }: RefusedLogin): AuthError {
  return new AuthError(reason === 'unverified_email' ? 'email_not_verified' : 'no_active_account', { detail: reason })
}
