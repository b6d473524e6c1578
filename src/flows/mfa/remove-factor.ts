import { claimCredentialsChange, findAccount } from '../../accounts/account-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { HeldFactor } from '../../mfa/factor.ts'
import { listDueRemovals, removeFactor, removeFactorsOfType } from '../../mfa/factor-store.ts'
import { hasSecondFactor } from '../../mfa/mfa-policy.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { auditOriginOf } from '../rights/actor.ts'
import { endAllAndRecord } from '../sessions/end-session.ts'
import { confirmedFactors, typesOf } from './holder.ts'

/**
 * Removes a factor for its owner, and ends all sessions of the account: whoever has the lost device may be in one of them.
 * False if it is gone.
 */
export async function removeAndRecord(
  tx: Transaction,
  { id, accountId, type }: HeldFactor,
  origin: AuditOrigin,
  now: number,
): Promise<boolean> {
  const account = await findAccount(tx, accountId)
  if (account === undefined || !(await removeFactor(tx, accountId, id))) return false
  await claimCredentialsChange(tx, account)
  const rest = typesOf(await confirmedFactors(tx, accountId))
  if (!hasSecondFactor(rest)) await removeFactorsOfType(tx, accountId, 'recovery_code', undefined)
  await recordEvent(tx, now, 'factor.removed', { accountId, factorId: id, type, origin })
  await endAllAndRecord(tx, { accountId, reason: 'administrator' }, origin, now)
  return true
}

/** Removes factors whose removal an administrator asked for and the owner did not cancel. @returns how many */
export async function removeDueFactors(tx: Transaction, now: number, limit: number): Promise<number> {
  const due = await listDueRemovals(tx, now, limit)
  for (const factor of due) await removeAndRecord(tx, factor, auditOriginOf({ kind: 'server' }), now)
  return due.length
}
