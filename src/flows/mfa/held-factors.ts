import type { Account } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import type { Factor, FactorType, HeldFactor } from '../../mfa/factor.ts'
import { listFactors } from '../../mfa/factor-store.ts'
import type { Factors } from '../../mfa/factors.ts'
import { isSecondFactorRequired } from '../../mfa/mfa-policy.ts'
import { findRights } from '../../permissions/grant-store.ts'
import type { Queryable } from '../../storage/prepared.ts'

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
