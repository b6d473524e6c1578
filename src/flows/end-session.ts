import { recordEvent } from '../audit/audit-store.ts'
import type { AuditOrigin } from '../audit/events.ts'
import type { Session, SessionEndReason } from '../sessions/session.ts'
import { endSession } from '../sessions/session-store.ts'
import type { Queryable } from '../storage/prepared.ts'

/** Ends one session and records it, in the caller's transaction. False if it had ended already. */
export async function endAndRecord(
  tx: Queryable,
  session: Session,
  reason: SessionEndReason,
  origin: AuditOrigin,
  now: number,
): Promise<boolean> {
  if (!(await endSession(tx, session.id, reason, now))) return false
  await recordEvent(tx, now, 'session.ended', { accountId: session.accountId, sessionId: session.id, reason, origin })
  return true
}

/** Ends the session of a refresh token that was spent before and came again (RFC 9700 §4.14.2). */
export async function endReplayed(
  tx: Queryable,
  session: Session,
  generationsBehind: number,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  if (!(await endAndRecord(tx, session, 'replayed', origin, now))) return
  const facts = { accountId: session.accountId, sessionId: session.id, generationsBehind }
  await recordEvent(tx, now, 'refresh.replayed', { ...facts, origin })
}
