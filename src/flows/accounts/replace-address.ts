import type { Account } from '../../accounts/account.ts'
import { rewriteAccount } from '../../accounts/account-change-store.ts'
import { changeEmail } from '../../accounts/account-email-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'

/** Another address for an account. */
type AddressChange = {
  email: string
  /** When its owner confirmed it; undefined: it is unconfirmed. */
  verifiedAt: number | undefined
  /** Refuses the change if the account has changed since it was read. Default: overrides such changes. */
  isGuarded?: boolean
}

type AddressParts = {
  usernameRule: UsernameRule
  notices: Pick<SecurityNotices, 'emailChanged'>
  /** USERNAME_FIELD=email: a username that is the address changes with it. */
  isAddressName: boolean
}

/**
 * Gives an account another address and tells its owner at the old one, in the caller's transaction, which must be
 * followed by `outbox.wake()`. Only an import replaces addresses in another way: it tells nobody.
 *
 * @returns the account as it was before; undefined if it no longer exists, or if the change was refused
 */
export async function replaceAddress(
  tx: Transaction,
  account: Account,
  { email, verifiedAt, isGuarded = false }: AddressChange,
  { usernameRule, notices, isAddressName }: AddressParts,
  now: number,
): Promise<Account | undefined> {
  let before: Account | undefined = account
  while (before !== undefined && !(await changeEmail(tx, before, email, verifiedAt))) {
    before = isGuarded ? undefined : await findAccount(tx, account.id)
  }
  if (before === undefined) return undefined
  const isName = isAddressName && before.username === before.email
  if (isName) await rewriteAccount(tx, account.id, { username: email }, usernameRule)
  await notices.emailChanged(tx, before, email, now)
  return before
}
