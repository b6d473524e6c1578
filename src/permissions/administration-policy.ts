import type { Account } from '../accounts/account.ts'

/** Somebody, and everything they were given. */
export type Holder = { account: Account; permissions: ReadonlySet<string> }

/**
 * Whether `actor`, who has the permission for it, may do it to `target`. Superusers are touched by superusers only. Nor
 * does anybody reach further by way of somebody else: whoever can set a password can log in with it, so staff who may do
 * something that `actor` may not are out of reach. Django leaves that second hole open.
 */
export function mayAdminister(actor: Holder, target: Holder): boolean {
  if (actor.account.isSuperuser) return true
  if (target.account.isSuperuser) return false
  return !target.account.isStaff || target.permissions.isSubsetOf(actor.permissions)
}

/** Whether the account can do everything in the administration: one such account must always be left. */
export function administersEverything(account: Pick<Account, 'isSuperuser' | 'isStaff' | 'deactivatedAt'>): boolean {
  return account.isSuperuser && account.isStaff && account.deactivatedAt === undefined
}
