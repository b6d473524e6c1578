import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Factor, FactorOwner, FactorType, HeldFactor } from '../../mfa/factor.ts'
import { listFactors } from '../../mfa/factor-store.ts'
import type { Factors } from '../../mfa/factors.ts'
import { userHandleOf } from '../../mfa/holder-store.ts'
import { isSecondFactorRequired } from '../../mfa/mfa-policy.ts'
import { findRights } from '../../permissions/grant-store.ts'
import { type Random, randomSecret } from '../../platform/random.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'

/** How long an enrolment may take. */
export const ENROLMENT_LIFETIME_MS = 10 * 60_000

/** The current account of a holder. @throws AuthError `account_not_found` */
export async function accountOfHolder(db: Queryable, id: number): Promise<Account> {
  const account = await findAccount(db, id)
  if (account === undefined) throw new AuthError('account_not_found')
  return account
}

/** The account as its factors see it. Creates its random user handle once. */
export async function factorOwnerOf(database: Database, random: Random, account: Account): Promise<FactorOwner> {
  const { id, username, email, firstName, lastName } = account
  const fresh = randomSecret(random)
  return {
    id,
    username,
    email,
    isEmailVerified: account.emailVerifiedAt !== undefined,
    displayName: `${firstName} ${lastName}`.trim() || username,
    userHandle: await database.inTransaction((tx) => userHandleOf(tx, id, fresh)),
  }
}

/** The confirmed factors of an account. */
export async function confirmedFactors(db: Queryable, accountId: number): Promise<HeldFactor[]> {
  return (await listFactors(db, accountId)).filter(({ confirmedAt }) => confirmedAt !== undefined)
}

/** Their types, with repetitions. */
export function typesOf(held: readonly HeldFactor[]): FactorType[] {
  return held.map(({ type }) => type)
}

/** Whether SECOND_FACTOR_REQUIRED_FOR names the account. It reads the groups only if the setting names one. */
export async function mustHaveFactor(
  db: Queryable,
  { id, isStaff }: Account,
  requiredFor: readonly string[],
): Promise<boolean> {
  const needsGroups = requiredFor.some((name) => name.startsWith('group:'))
  const groups = needsGroups ? (await findRights(db, id)).groups.map(({ name }) => name) : []
  return isSecondFactorRequired(requiredFor, { isStaff, groups })
}

/** @throws AuthError `factor_unavailable` if there is no such factor here */
export function factorOf(factors: Factors, type: FactorType): Factor {
  const factor = factors[type]
  if (factor === undefined) throw new AuthError('factor_unavailable')
  return factor
}
