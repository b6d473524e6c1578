import type { Account } from '../../accounts/account.ts'
import { isConfirmedByAnother, verifyEmail } from '../../accounts/account-email-store.ts'
import { awaitTurn } from '../../accounts/administrator-store.ts'
import { emailKey } from '../../accounts/names/email-address.ts'
import type { LoginKind } from '../../accounts/names/login-kind.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
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
 * Confirms the address of an account, because its owner has just proven that they read its mail, and records it, in the
 * caller's transaction.
 *
 * @returns `taken` if another account has confirmed it; `unchanged` if this account had confirmed it already, or has
 *   changed since it was read
 */
export async function confirmAddress(
  tx: Transaction,
  account: Account,
  rule: AddressRule,
  origin: RequestOrigin,
  now: number,
): Promise<'confirmed' | 'taken' | 'unchanged'> {
  const { id: accountId } = account
  if (!(await mayConfirm(tx, accountId, account.email, rule))) return 'taken'
  if (!(await verifyEmail(tx, account, now))) return 'unchanged'
  await recordEvent(tx, now, 'email.verified', { accountId, origin: actingAccount(accountId, origin) })
  return 'confirmed'
}
