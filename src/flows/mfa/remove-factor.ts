import { holdLogins, insistOnChange } from '../../accounts/account-state-store.ts'
import { findAccount } from '../../accounts/account-store.ts'
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
import { confirmedFactors, typesOf } from './held-factors.ts'

/**
 * Removes a factor and records it, in the caller's transaction. With the last second factor, the recovery codes go too.
 *
 * @param dueAt removes it only if its scheduled removal is due at this time. Default: always
 * @returns false if it no longer exists, or its removal was cancelled
 */
export async function removeAndRecord(
  tx: Transaction,
  { id: factorId, accountId, type }: Pick<HeldFactor, 'id' | 'accountId' | 'type'>,
  origin: AuditOrigin,
  now: number,
  dueAt?: number,
): Promise<boolean> {
  if (!(await removeFactor(tx, accountId, factorId, dueAt))) return false
  const rest = typesOf(await confirmedFactors(tx, accountId))
  if (!hasSecondFactor(rest)) await removeFactorsOfType(tx, accountId, 'recovery_code', undefined)
  await recordEvent(tx, now, 'factor.removed', { accountId, factorId, type, origin })
  return true
}

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
export async function removeForOwner(
  tx: Transaction,
  factor: HeldFactor,
  { origin, notices, dueAt }: Removal,
  now: number,
): Promise<boolean> {
  const { accountId, type } = factor
  // Everybody else locks the account before the factor. In another order, two changes could wait for each other.
  await holdLogins(tx, [accountId])
  const account = await findAccount(tx, accountId)
  if (account === undefined || !(await removeAndRecord(tx, factor, origin, now, dueAt))) return false
  await insistOnChange(tx, [accountId])
  await endAllAndRecord(tx, { accountIds: [accountId], reason: 'administrator' }, origin, now)
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
  // In the order of the accounts, as a change of many accounts locks them.
  due.sort((one, other) => one.accountId - other.accountId)
  for (const factor of due) await removeForOwner(tx, factor, removal, now)
  return due.length
}

/** Deletes issued recovery codes that nobody used in time. @returns how many */
export async function pruneIssuedCodes(tx: Transaction, now: number, limit: number): Promise<number> {
  const expired = (await listIssuedCodes(tx, limit)).filter((code) => (issuedUntil(code) ?? now) < now)
  for (const { accountId, id } of expired) await removeFactor(tx, accountId, id)
  return expired.length
}
