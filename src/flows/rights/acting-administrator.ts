import { isActive } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { awaitTurn } from '../../accounts/administrator-store.ts'
import { AuthError } from '../../errors.ts'
import { type Holder, mayAdminister } from '../../permissions/administration-policy.ts'
import { findPermissions } from '../../permissions/grant-store.ts'
import { mayDo, type OwnPermission } from '../../permissions/permission.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Caller } from './actor.ts'

/**
 * Lets an administrator begin a change, once those before it are committed, and says what they may do at this moment:
 * whose rights were taken while their request was on its way gets no further. First thing in the transaction.
 *
 * @throws AuthError `permission_denied`, `account_not_found`, `account_inactive`
 */
export async function actingAdministrator(
  tx: Queryable,
  caller: Caller,
  needed: OwnPermission | 'superuser',
): Promise<Holder> {
  await awaitTurn(tx)
  const account = await findAccount(tx, caller.account.id)
  if (account === undefined) throw new AuthError('account_not_found', { endReason: 'deleted' })
  if (!isActive(account)) throw new AuthError('account_inactive', { endReason: 'deactivated' })
  const permissions = await findPermissions(tx, account.id)
  const isAllowed = needed === 'superuser' ? account.isSuperuser : mayDo(account, permissions, needed)
  if (!account.isStaff || !isAllowed) throw new AuthError('permission_denied', { detail: `${needed} is missing` })
  return { account, permissions }
}

/**
 * The account that an administrator is about to change.
 *
 * @throws AuthError `not_found`; `permission_denied` if it is out of their reach
 */
export async function findAdministered(tx: Queryable, actor: Holder, id: number): Promise<Holder> {
  const account = await findAccount(tx, id)
  if (account === undefined) throw new AuthError('not_found')
  const target = { account, permissions: await findPermissions(tx, id) }
  if (!mayAdminister(actor, target))
    throw new AuthError('permission_denied', { detail: 'the account has more rights than the caller' })
  return target
}

/**
 * Nobody bars, deletes or demotes themselves by way of the administration, nor changes there what proves who they are:
 * that takes the password, under `me`. So whoever is in charge stays so, and there is always somebody.
 *
 * @throws AuthError `own_account`
 */
export function refuseOwnAccount(actor: Holder, target: Holder): void {
  if (actor.account.id === target.account.id) throw new AuthError('own_account')
}
