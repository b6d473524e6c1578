import type { Account } from '../accounts/account.ts'

/** An account and all its permissions. */
export type RightsHolder = { account: Account; permissions: ReadonlySet<string> }

/**
 * Whether `actor`, who has the required permission, may use it on `target`. Only superusers may change superusers.
 * Nobody may gain rights through somebody else's account: whoever sets a password can log in with it, so staff with
 * permissions that `actor` lacks are off limits. Django does not close this second hole.
 */
export function mayAdminister(actor: RightsHolder, target: RightsHolder): boolean {
  if (actor.account.isSuperuser) return true
  if (target.account.isSuperuser) return false
  return !target.account.isStaff || target.permissions.isSubsetOf(actor.permissions)
}

/** Whether the account can do everything in the administration. At least one such account must always remain. */
export function administersEverything(account: Pick<Account, 'isSuperuser' | 'isStaff' | 'deactivatedAt'>): boolean {
  return account.isSuperuser && account.isStaff && account.deactivatedAt === undefined
}
