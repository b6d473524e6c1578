import type { Account } from '../accounts/account.ts'
import { findAccounts } from '../accounts/account-store.ts'
import type { Database } from '../storage/database.ts'

/** From the names of accounts to their ids and back, for routes that take or show names. */
export function buildAccountNames(
  database: Database,
  accounts: { find(username: string): Promise<Account | undefined> },
) {
  return {
    /** The usernames of accounts by id; those that are gone are missing. */
    async findUsernames(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
      const found = await findAccounts(database.read, ids)
      return new Map([...found].map(([id, { username }]) => [id, username]))
    },
    /** The id of the account with this name; 0, which no account has, if there is none. Undefined without a name. */
    async idOfUsername(username: string | undefined): Promise<number | undefined> {
      return username === undefined ? undefined : ((await accounts.find(username))?.id ?? 0)
    },
  }
}
