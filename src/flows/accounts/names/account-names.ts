import type { Account } from '../../../accounts/account.ts'
import { findAccountsByEmailKey } from '../../../accounts/account-email-store.ts'
import { findAccounts } from '../../../accounts/account-store.ts'
import { emailKey } from '../../../accounts/names/email-address.ts'
import type { Database } from '../../../storage/database.ts'

/** The usernames of accounts by id. Accounts that no longer exist are missing. */
export type FindUsernames = (ids: readonly number[]) => Promise<ReadonlyMap<number, string>>

/**
 * The id of the account with this name or email address; 0, which no account has, if there is none. Undefined without a
 * name. If several accounts share an address, it is the one that has confirmed it.
 */
export type IdOfUsername = (username: string | undefined) => Promise<number | undefined>

/** Converts names of accounts to their ids and back, for routes that take or show names. */
type AccountNames = { findUsernames: FindUsernames; idOfUsername: IdOfUsername }

type AccountNamesParts = {
  database: Database
  /** Finds the account with this username. */
  findAccount(username: string): Promise<Account | undefined>
}

export function createAccountNames({ database, findAccount }: AccountNamesParts): AccountNames {
  return {
    async findUsernames(ids) {
      const found = await findAccounts(database.read, ids)
      return new Map([...found].map(([id, { username }]) => [id, username]))
    },
    async idOfUsername(username) {
      if (username === undefined) return undefined
      const named = await findAccount(username)
      if (named !== undefined) return named.id
      const owners = await findAccountsByEmailKey(database.read, emailKey(username) ?? '')
      return (owners.find(({ emailVerifiedAt }) => emailVerifiedAt !== undefined) ?? owners[0])?.id ?? 0
    },
  }
}
