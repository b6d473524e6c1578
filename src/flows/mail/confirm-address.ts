import type { Account } from '../../accounts/account.ts'
import { isConfirmedByAnother, verifyEmail } from '../../accounts/account-email-store.ts'
import { awaitTurn } from '../../accounts/administrator-store.ts'
import { emailKey } from '../../accounts/email-address.ts'
import type { LoginKind } from '../../accounts/login-kind.ts'
import type { Transaction } from '../../storage/prepared.ts'

/** Whether accounts log in by their address: LOGIN_WITH. */
export type AddressRule = { loginWith: readonly LoginKind[] }

/**
 * Whether an address may become the confirmed address of an account. If accounts log in by their address, only one may
 * have confirmed it. Confirmations wait for each other, so if two happen at the same moment, one wins.
 */
export async function mayConfirm(
  tx: Transaction,
  accountId: number,
  email: string,
  { loginWith }: AddressRule,
): Promise<boolean> {
  if (!loginWith.includes('email')) return true
  await awaitTurn(tx)
  return !(await isConfirmedByAnother(tx, emailKey(email) ?? '', accountId))
}

/**
 * Records that the owner of an account has confirmed its address, in the caller's transaction.
 *
 * @returns false if this or another account has confirmed it, or if the account has changed since it was read
 */
export async function confirmAddress(
  tx: Transaction,
  account: Account,
  rule: AddressRule,
  now: number,
): Promise<boolean> {
  return (await mayConfirm(tx, account.id, account.email, rule)) && (await verifyEmail(tx, account, now))
}
