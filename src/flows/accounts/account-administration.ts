import type { AccountPage } from '../../accounts/account-search.ts'
import { type AccountSearch, searchAccounts } from '../../accounts/account-search-store.ts'
import { deleteAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { actingAdministrator, findAdministered, refuseOwnAccount } from '../rights/acting-administrator.ts'
import type { Caller } from '../rights/actor.ts'
import type { AccountAdministrationParts } from './account-administration-parts.ts'
import { type AccountDetails, readDetails } from './account-details.ts'
import { type AccountPasswords, createAccountPasswords } from './account-password.ts'
import { type ChangeAccountByAdministrator, createChangeAccount } from './change-account.ts'
import { type CreateAccountByAdministrator, createCreateAccount } from './create-account.ts'

/**
 * What administrators do to accounts over HTTP. Whoever calls has been found to be staff with the permission for it; what
 * changes something looks again, in its transaction, and takes effect with the next request on every process.
 */
export type AccountAdministration = {
  search(search: AccountSearch): Promise<AccountPage>
  /** @throws AuthError `not_found` */
  get(id: number): Promise<AccountDetails>
  create: CreateAccountByAdministrator
  change: ChangeAccountByAdministrator
  passwords: AccountPasswords
  /**
   * Deletes the account with everything that is its own. Its id is never used again.
   *
   * @throws AuthError `not_found`, `permission_denied`, `own_account`
   */
  remove(id: number, caller: Caller, origin: RequestOrigin): Promise<void>
}

export function createAccountAdministration(parts: AccountAdministrationParts): AccountAdministration {
  const { database, clock, rights } = parts
  return {
    search: (search) => searchAccounts(database.read, search),
    get: (id) => readDetails(database.read, rights, id),
    create: createCreateAccount(parts),
    change: createChangeAccount(parts),
    passwords: createAccountPasswords(parts),
    async remove(id, caller, origin) {
      const now = clock.now()
      await database.inTransaction(async (tx) => {
        const actor = await actingAdministrator(tx, caller, 'accounts.delete')
        const target = await findAdministered(tx, actor, id)
        refuseOwnAccount(actor, target)
        if (!(await deleteAccount(tx, id))) return
        await recordEvent(tx, now, 'account.deleted', {
          accountId: id,
          origin: actingAccount(caller.account.id, origin),
        })
      })
    },
  }
}
