import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { AuthError } from '../../errors.ts'
import type { Queryable } from '../../storage/prepared.ts'

/**
 * An account as it is now.
 *
 * @param refusal how to refuse if it does not exist: `account_not_found` for the account of a caller, `not_found` for one
 *   that the request names
 * @throws AuthError `refusal`
 */
export async function getAccount(
  db: Queryable,
  id: number,
  refusal: 'account_not_found' | 'not_found',
): Promise<Account> {
  const account = await findAccount(db, id)
  if (account === undefined) throw new AuthError(refusal)
  return account
}
