import type { Account } from '../../accounts/account.ts'
import { findRequiredSince, noteRequired } from '../../mfa/factor-owner-store.ts'
import { decideLogin, hasSecondFactor } from '../../mfa/mfa-policy.ts'
import { type Random, randomSecret } from '../../platform/random.ts'
import type { Session } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { confirmedFactors, mustHaveFactor, typesOf } from './held-factors.ts'

/** Whether an account has a second factor here, which a token of another server cannot have shown. */
export async function hasFactorHere(db: Queryable, accountId: number): Promise<boolean> {
  return hasSecondFactor(typesOf(await confirmedFactors(db, accountId)))
}

/** Why such a token is refused. */
export const UNPROVEN = 'the account has a second factor here, which this token has not shown'

/**
 * Whether a session may not continue, because its account must have a second factor, has none, and the grace period is
 * over. Otherwise, a session that is older than the rule would never have to meet it. The grace period begins with the
 * first login or refresh under the rule.
 */
export type OwesFactor = (account: Account, session: Session, now: number) => Promise<boolean>

/** @returns undefined without SECOND_FACTOR_REQUIRED_FOR: then no session owes anything */
export function createOwesFactor({
  database,
  random,
  settings: { requiredFor, graceMs },
}: {
  database: Database
  random: Random
  settings: { requiredFor: readonly string[]; graceMs: number }
}): OwesFactor | undefined {
  if (requiredFor.length === 0) return undefined
  return async (account, { amr }, now) => {
    if (amr.includes('mfa')) return false
    if (!(await mustHaveFactor(database.read, account, requiredFor))) return false
    const held = typesOf(await confirmedFactors(database.read, account.id))
    if (hasSecondFactor(held)) return false
    const requiredSince = await findRequiredSince(database.read, account.id)
    if (requiredSince === undefined) {
      await database.inTransaction((tx) => noteRequired(tx, account.id, randomSecret(random), now))
    }
    const standing = { proven: amr, held, isRequired: true, requiredSince, isDeviceTrusted: false }
    return decideLogin(standing, now, graceMs).kind === 'enrolment_due'
  }
}
