import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { setPasswordHash } from '../../passwords/password-store.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { type Actor, auditOriginOf } from '../rights/actor.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'

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
 * account is created, its password is set only here. `removePasswords` removes it. Call `outbox.wake()` afterwards.
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
  const isClaimed = isManaged ? await insistOnChange(tx, account) : await claimCredentialsChange(tx, account)
  if (!isClaimed) return false
  const origin = auditOriginOf(actor)
  await setPasswordHash(tx, accountId, hash, now)
  await recordEvent(tx, now, by === 'reset' ? 'password.reset' : 'password.changed', { accountId, origin })
  await notices.passwordChanged(tx, account, now)
  if (ends === 'none') return true
  const reason = by === 'reset' ? 'password_reset' : 'password_changed'
  const keptId = ends === 'all' ? undefined : ends.allBut
  await endAllAndRecord(tx, { accountId, reason, keptId }, origin, now)
  return true
}

/** Claims the change, reading the account again until no other request was faster. False if it no longer exists. */
async function insistOnChange(tx: Transaction, account: Account): Promise<boolean> {
  let current: Account | undefined = account
  while (current !== undefined && !(await claimCredentialsChange(tx, current))) {
    current = await findAccount(tx, account.id)
  }
  return current !== undefined
}
