import type { Account } from '../../accounts/account.ts'
import type { Database } from '../../storage/database.ts'
import type { Owner } from '../rights/actor.ts'
import type { ChangeAccount } from './change-account.ts'
import type { DeleteAccount } from './delete-account.ts'
import { getAccount } from './get-account.ts'
import type { ProvePassword } from './passwords/prove-password.ts'
import type { WantedAccount } from './wanted-account.ts'

/** The fields that owners change without further proof. */
type OwnChanges = Pick<WantedAccount, 'firstName' | 'lastName' | 'phoneNumber' | 'locale' | 'profile'>

/** The operations of users on their own accounts. Password and address have their own flows. */
export type OwnAccount = {
  /** @returns the account as it is now. @throws AuthError `invalid_fields`, `account_not_found` */
  update(owner: Owner, changes: OwnChanges): Promise<Account>
  /**
   * Deletes the account with all its data.
   *
   * @param password the owner's, as proof
   * @throws AuthError `invalid_fields` if it is wrong, `last_superuser`, `account_not_found`, `throttled`, `overloaded`
   */
  remove(owner: Owner, password: string): Promise<void>
}

type OwnAccountParts = {
  database: Database
  changeAccount: ChangeAccount
  deleteAccount: DeleteAccount
  provePassword: ProvePassword
}

export function createOwnAccount(parts: OwnAccountParts): OwnAccount {
  const { database, changeAccount, deleteAccount, provePassword } = parts
  return {
    async update(owner, changes) {
      const { id } = owner.caller.account
      await changeAccount(id, changes, owner)
      return getAccount(database.read, id, 'account_not_found')
    },
    async remove(owner, password) {
      const proven = await provePassword(owner.caller, password, owner.origin)
      await deleteAccount(proven.id, { ...owner, proven })
    },
  }
}
