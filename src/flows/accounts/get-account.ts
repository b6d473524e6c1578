import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Queryable } from '../../storage/prepared.ts'

/** The account of a caller as it is now. @throws AuthError `account_not_found` */
export async function getAccount(db: Queryable, id: number): Promise<Account> {
  const account = await findAccount(db, id)
  if (account === undefined) throw new AuthError('account_not_found')
  return account
}
