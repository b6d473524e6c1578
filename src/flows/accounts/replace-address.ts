import type { Account } from '../../accounts/account.ts'
import { changeEmail } from '../../accounts/account-email-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import type { Transaction } from '../../storage/prepared.ts'

/**
 * Gives an account another address, which is unconfirmed, even if something else changes it at this moment.
 *
 * @returns the account as it was before; undefined if it no longer exists
 */
export async function replaceAddress(tx: Transaction, account: Account, email: string): Promise<Account | undefined> {
  let current: Account | undefined = account
  while (current !== undefined && !(await changeEmail(tx, current, email, undefined))) {
    current = await findAccount(tx, account.id)
  }
  return current
}
