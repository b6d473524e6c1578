import type { Account } from '../../../accounts/account.ts'
import { insistOnChange } from '../../../accounts/account-state-store.ts'
import { claimCredentialsChange } from '../../../accounts/account-store.ts'
import { recordEvent } from '../../../audit/audit-store.ts'
import { setPasswordHash } from '../../../passwords/password-store.ts'
import type { Transaction } from '../../../storage/prepared.ts'
import type { SecurityNotices } from '../../mail/security-notices/notices.ts'
import { type Actor, auditOriginOf } from '../../rights/actor.ts'
import { endAllAndRecord } from '../../sessions/end-session.ts'

/** A password change that is ready to be stored. */
type PasswordChange = {
  /** The account when the change was proven or requested. */
  account: Account
  hash: string
  /** `changed` by somebody with the right to do so, `reset` with a mailed link. */
  by: 'changed' | 'reset'
  /** The sessions that end with it. */
  ends: 'all' | 'none' | { allBut: string | undefined }
}

/**
 * Replaces a password, ends sessions, records both and notifies the owner, in the caller's transaction. After an
 * account is created, its password is set only here, except that an import copies passwords that were set elsewhere.
 * `removePasswords` removes it. Call `outbox.wake()` afterwards.
 *
 * A manager's decision overrides concurrent changes. For everybody else, the change is refused if the account has
 * changed since `account` was read: what was proven then may no longer hold.
 *
 * @returns false if it was refused, or if the account is gone
 */
export async function replacePassword(
  tx: Transaction,
  { account, hash, by, ends }: PasswordChange,
  actor: Actor,
  notices: Pick<SecurityNotices, 'passwordChanged'>,
  now: number,
): Promise<boolean> {
  const { id: accountId } = account
  const isManaged = actor.kind === 'administrator' || actor.kind === 'command_line'
  const isClaimed = isManaged
    ? (await insistOnChange(tx, [accountId])).has(accountId)
    : await claimCredentialsChange(tx, account)
  if (!isClaimed) return false
  const origin = auditOriginOf(actor)
  await setPasswordHash(tx, accountId, hash, now)
  await recordEvent(tx, now, by === 'reset' ? 'password.reset' : 'password.changed', { accountId, origin })
  await notices.passwordChanged(tx, account, now)
  if (ends === 'none') return true
  const reason = by === 'reset' ? 'password_reset' : 'password_changed'
  const keptId = ends === 'all' ? undefined : ends.allBut
  await endAllAndRecord(tx, { accountIds: [accountId], reason, keptId }, origin, now)
  return true
}
