import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { HeldFactor } from '../../mfa/factor.ts'
import { listDueRemovals, listIssuedCodes, removeFactor, removeFactorsOfType } from '../../mfa/factor-store.ts'
import { hasSecondFactor } from '../../mfa/mfa-policy.ts'
import { issuedUntil } from '../../mfa/recovery-codes/recovery-code-factor.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf } from '../rights/actor.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'
import { confirmedFactors, typesOf } from './holder.ts'

type Removal = {
  origin: AuditOrigin
  notices: Pick<SecurityNotices, 'factorRemoved'>
  /** Removes it only if its scheduled removal is due at this time. Default: always */
  dueAt?: number
}

/**
 * Removes a factor for its owner, ends all sessions of the account, because somebody who has the lost device may be in
 * one of them, and notifies the owner. Call `outbox.wake()` afterwards. False if it no longer exists, or its removal
 * was cancelled.
 */
export async function removeAndRecord(
  tx: Transaction,
  { id, accountId, type }: HeldFactor,
  { origin, notices, dueAt }: Removal,
  now: number,
): Promise<boolean> {
  const account = await findAccount(tx, accountId)
  if (account === undefined || !(await removeFactor(tx, accountId, id, dueAt))) return false
  await claimCredentialsChange(tx, account)
  const rest = typesOf(await confirmedFactors(tx, accountId))
  if (!hasSecondFactor(rest)) await removeFactorsOfType(tx, accountId, 'recovery_code', undefined)
  await recordEvent(tx, now, 'factor.removed', { accountId, factorId: id, type, origin })
  await endAllAndRecord(tx, { accountId, reason: 'administrator' }, origin, now)
  await notices.factorRemoved(tx, account, type, now)
  return true
}

/**
 * Removes factors whose removal an administrator asked for and nobody cancelled, at most `limit` of them. If a
 * cancellation and a removal happen at the same moment, one wins (`test/stores/due-removals.test.ts`).
 *
 * @returns how many were due
 */
export async function removeDueFactors(
  tx: Transaction,
  notices: Removal['notices'],
  now: number,
  limit: number,
): Promise<number> {
  const due = await listDueRemovals(tx, now, limit)
  const removal = { origin: auditOriginOf({ kind: 'server' }), notices, dueAt: now }
  for (const factor of due) await removeAndRecord(tx, factor, removal, now)
  return due.length
}

/** Deletes issued recovery codes that nobody used in time. @returns how many */
export async function pruneIssuedCodes(tx: Transaction, now: number, limit: number): Promise<number> {
  const expired = (await listIssuedCodes(tx, limit)).filter((code) => (issuedUntil(code) ?? now) < now)
  for (const { accountId, id } of expired) await removeFactor(tx, accountId, id)
  return expired.length
}
