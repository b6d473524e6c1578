import { type Account, isActive } from '../../accounts/account.ts'
import { findAccount, findAccounts } from '../../accounts/account-store.ts'
import { awaitTurn } from '../../accounts/administrator-store.ts'
import { AuthError } from '../../errors.ts'
import { mayAdminister, type RightsHolder } from '../../permissions/administration-policy.ts'
import { findPermissions } from '../../permissions/grant-store.ts'
import { mayDo, type NeededPermission } from '../../permissions/permission.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { Manager } from './actor.ts'

/** What a manager may do at this moment: their permissions, or `everything` on the command line. */
export type Authority = RightsHolder | 'everything'

/**
 * Admits a manager to a change. Call it first in the transaction: it waits until earlier changes are committed, and
 * then reads the manager's rights again. If an administrator's rights were removed while the request was on its way, it
 * is refused. The command line needs no rights.
 *
 * @throws AuthError `permission_denied`, `account_not_found`, `account_inactive`
 */
export async function admit(
  tx: Transaction,
  manager: Manager,
  needed: NeededPermission | 'superuser',
): Promise<Authority> {
  await awaitTurn(tx)
  if (manager.kind === 'command_line') return 'everything'
  const account = await findAccount(tx, manager.caller.account.id)
  if (account === undefined) throw new AuthError('account_not_found', { endReason: 'deleted' })
  if (!isActive(account)) throw new AuthError('account_inactive', { endReason: 'deactivated' })
  const permissions = await findPermissions(tx, account.id)
  const isAllowed = manager.isStaffEnough === true || isAllowedTo(needed, { account, permissions })
  if (!account.isStaff || !isAllowed) throw new AuthError('permission_denied', { detail: `${needed} is missing` })
  return { account, permissions }
}

function isAllowedTo(needed: NeededPermission | 'superuser', { account, permissions }: RightsHolder): boolean {
  return needed === 'superuser' ? account.isSuperuser : mayDo(account, permissions, needed)
}

/** Whether this authority may grant and remove rights. */
export function mayGrantRights(by: Authority): boolean {
  return by === 'everything' || by.account.isSuperuser
}

/**
 * Finds accounts that a manager is about to change: each account, or why it must not be changed. `permission_denied`: it
 * may do more than the manager.
 */
export async function findAdministeredEach(
  tx: Transaction,
  by: Authority,
  ids: readonly number[],
): Promise<Map<number, Account | 'not_found' | 'permission_denied'>> {
  const accounts = await findAccounts(tx, ids)
  const found = new Map<number, Account | 'not_found' | 'permission_denied'>()
  for (const id of ids) {
    const account = accounts.get(id)
    if (account === undefined) found.set(id, 'not_found')
    else found.set(id, (await isWithinReach(tx, by, account)) ? account : 'permission_denied')
  }
  return found
}

async function isWithinReach(tx: Transaction, by: Authority, account: Account): Promise<boolean> {
  if (by === 'everything' || by.account.isSuperuser) return true
  // Only the permissions of staff matter, and there are few of them.
  const permissions = account.isStaff ? await findPermissions(tx, account.id) : new Set<string>()
  return mayAdminister(by, { account, permissions })
}

/** The same for one account. @throws AuthError `not_found`, `permission_denied` */
export async function findAdministered(tx: Transaction, by: Authority, id: number): Promise<Account> {
  const found = (await findAdministeredEach(tx, by, [id])).get(id) ?? 'not_found'
  if (found === 'not_found') throw new AuthError('not_found')
  if (found === 'permission_denied') throw beyondReach()
  return found
}

/**
 * The same for an account that is not the manager's own.
 *
 * @throws AuthError `not_found`, `permission_denied`, `own_account`
 */
export async function findOther(tx: Transaction, by: Authority, id: number): Promise<Account> {
  const account = await findAdministered(tx, by, id)
  refuseOwnAccount(by, account)
  return account
}

/**
 * Those of these accounts that a manager cannot reach, for operations on what belongs to them. Nobody is protected once
 * their account no longer exists.
 */
export async function findProtected(tx: Transaction, by: Authority, ids: readonly number[]): Promise<Set<number>> {
  const found = await findAdministeredEach(tx, by, ids)
  return new Set(ids.filter((id) => found.get(id) === 'permission_denied'))
}

/** @throws AuthError `permission_denied` if the account is protected; see `findProtected` */
export async function refuseProtected(tx: Transaction, by: Authority, id: number): Promise<void> {
  if ((await findProtected(tx, by, [id])).has(id)) throw beyondReach()
}

function beyondReach(): AuthError {
  return new AuthError('permission_denied', { detail: 'the account has more rights than the caller' })
}

/**
 * Keeps administrators from deactivating, deleting or demoting themselves through the administration, and from changing
 * there what proves who they are: that requires their password, under `me`. So an administrator in charge stays in
 * charge, and there is always one.
 *
 * @throws AuthError `own_account`
 */
export function refuseOwnAccount(by: Authority, account: Pick<Account, 'id'>): void {
  if (isOwnAccount(by, account)) throw new AuthError('own_account')
}

/** Whether a manager acts on their own account. */
export function isOwnAccount(by: Authority, account: Pick<Account, 'id'>): boolean {
  return by !== 'everything' && by.account.id === account.id
}
