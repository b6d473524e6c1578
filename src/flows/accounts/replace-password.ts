import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { setPasswordHash } from '../../passwords/password-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'

/**
 * Sets another password, records that and tells the owner, in the caller's transaction, which has claimed the change. To be
 * followed by `outbox.wake()`.
 */
export async function replacePassword(
  tx: Queryable,
  account: Account,
  hash: string,
  { notices, origin, now }: { notices: Pick<SecurityNotices, 'passwordChanged'>; origin: AuditOrigin; now: number },
): Promise<void> {
  await setPasswordHash(tx, account.id, hash, now)
  await recordEvent(tx, now, 'password.changed', { accountId: account.id, origin })
  await notices.passwordChanged(tx, account, now)
}

/**
 * Claims the change of what a login proves, for an administrator: their word holds whatever else is being changed, so the
 * account is read again until nobody else was quicker.
 *
 * @returns the account as it was then; undefined if it is gone
 */
export async function insistOnCredentialsChange(tx: Queryable, account: Account): Promise<Account | undefined> {
  let current: Account | undefined = account
  while (current !== undefined && !(await claimCredentialsChange(tx, current))) {
    current = await findAccount(tx, account.id)
  }
  return current
}
