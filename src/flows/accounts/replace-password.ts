import type { Account } from '../../accounts/account.ts'
import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { removePasswordHash, setPasswordHash } from '../../passwords/password-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { type Actor, auditOriginOf } from '../rights/actor.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'

/** A change of password that is ready to be written. */
type PasswordChange = {
  /** As it was when the change was proven or asked for. */
  account: Account
  /** Undefined takes the password away: nobody logs in with one until another is set. */
  hash: string | undefined
  /** `changed` by somebody who may, `reset` by way of the mailbox. */
  by: 'changed' | 'reset'
  /** The sessions that end with it. */
  ends: 'all' | 'none' | { allBut: string | undefined }
}

/**
 * Replaces a password, ends sessions, records both and tells the owner, in the caller's transaction. Every password that
 * is set after the account was made is set here. To be followed by `outbox.wake()`.
 *
 * A manager's word holds whatever else is being changed at the moment. For everybody else it is refused if the account
 * was changed since `account` was read: what was proven then may not hold any more.
 *
 * @returns false if it was refused, or if the account is gone
 */
export async function replacePassword(
  tx: Queryable,
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
  if (hash === undefined) await removePasswordHash(tx, accountId)
  else await setPasswordHash(tx, accountId, hash, now)
  const event = hash === undefined ? 'password.removed' : by === 'reset' ? 'password.reset' : 'password.changed'
  await recordEvent(tx, now, event, { accountId, origin })
  if (hash !== undefined) await notices.passwordChanged(tx, account, now)
  if (ends === 'none') return true
  const reason = hash === undefined ? 'administrator' : by === 'reset' ? 'password_reset' : 'password_changed'
  const keptId = ends === 'all' ? undefined : ends.allBut
  await endAllAndRecord(tx, { accountId, reason, keptId }, origin, now)
  return true
}

/** Claims the change, and reads the account again until nobody else was quicker. False if it is gone. */
async function insistOnChange(tx: Queryable, account: Account): Promise<boolean> {
  let current: Account | undefined = account
  while (current !== undefined && !(await claimCredentialsChange(tx, current))) {
    current = await findAccount(tx, account.id)
  }
  return current !== undefined
}
