import type { Account } from '../../accounts/account.ts'
import { holdLogins } from '../../accounts/account-store.ts'
import { holdLoginsOfEach } from '../../accounts/many-accounts-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import { AuthError } from '../../errors.ts'
import { followMarkOfAll } from '../../sessions/all-sessions-store.ts'
import { endSessionsOfAccount, followMarks } from '../../sessions/end-many-store.ts'
import { endExcessSessions } from '../../sessions/excess-session-store.ts'
import { followRetiredKey } from '../../sessions/retired-key-store.ts'
import { accountsWithSessions } from '../../sessions/running-accounts-store.ts'
import { reasonOfAll, reasonOfRetiredKey, type Session, type SessionEndReason } from '../../sessions/session.ts'
import { endSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf } from '../rights/actor.ts'

/** Ends one session and records it, in the caller's transaction. False if it had already ended. */
export async function endAndRecord(
  tx: Transaction,
  session: Session,
  reason: SessionEndReason,
  origin: AuditOrigin,
  now: number,
): Promise<boolean> {
  // A mark may have ended it, even if its row does not say so yet.
  if (session.endedAt !== undefined || !(await endSession(tx, session.id, reason, now))) return false
  await recordEvent(tx, now, 'session.ended', { accountId: session.accountId, sessionId: session.id, reason, origin })
  return true
}

/**
 * Ends a session whose account must have a second factor, has none, and whose grace period is over. Its next login has
 * to set one up.
 *
 * @returns the refusal for the request that presented the session
 */
export async function endOwing(database: Database, session: Session, now: number): Promise<AuthError> {
  const origin = auditOriginOf({ kind: 'server' })
  await database.inTransaction((tx) => endAndRecord(tx, session, 'administrator', origin, now))
  const detail = 'the account must have a second factor, and its grace period is over'
  return new AuthError('token_revoked', { endReason: 'administrator', detail })
}

/** Which sessions of an account to end, and why. */
type SessionsToEnd = { accountId: number; reason: SessionEndReason; keptId?: string | undefined }

/**
 * Ends all sessions of an account, optionally except one, in the caller's transaction. The session of a concurrent login
 * ends too, unless the login comes after all this. Each is recorded: at once, or if there are very many, by
 * `followAndRecord` within seconds.
 *
 * @returns how many sessions ended now
 */
export async function endAllAndRecord(
  tx: Transaction,
  { accountId, reason, keptId }: SessionsToEnd,
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  await holdLogins(tx, accountId)
  const { ids, marked } = await endSessionsOfAccount(tx, { accountId, reason, keptId }, origin, now)
  const entries = ids.map((sessionId) => ({ accountId, sessionId, reason, origin }))
  await recordEventOfEach(tx, now, 'session.ended', entries)
  return ids.length + marked
}

/**
 * Ends all sessions of each of these accounts, as `endAllAndRecord` does. For accounts without any, it costs two
 * statements in all. The events of all these sessions, which may be thousands, cost one.
 *
 * @returns the ids of the accounts that had sessions
 */
export async function endSessionsOfEach(
  tx: Transaction,
  accountIds: readonly number[],
  origin: AuditOrigin,
  now: number,
): Promise<Set<number>> {
  await holdLoginsOfEach(tx, accountIds)
  const reason = 'administrator'
  const ended = new Set<number>()
  const entries: { accountId: number; sessionId: string; reason: SessionEndReason; origin: AuditOrigin }[] = []
  for (const accountId of await accountsWithSessions(tx, accountIds)) {
    const { ids, marked } = await endSessionsOfAccount(tx, { accountId, reason, keptId: undefined }, origin, now)
    for (const sessionId of ids) entries.push({ accountId, sessionId, reason, origin })
    if (ids.length + marked > 0) ended.add(accountId)
  }
  await recordEventOfEach(tx, now, 'session.ended', entries)
  return ended
}

/**
 * Updates the rows of sessions that a mark has ended, and records each. Examines at most `limit` sessions.
 *
 * @returns how many it has examined; fewer than `limit` if no marked ones are left
 */
export async function followAndRecord(tx: Transaction, limit: number, now: number): Promise<number> {
  let count = 0
  for (const { accountId, ids, reason, origin } of await followMarks(tx, limit)) {
    for (const sessionId of ids) await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason, origin })
    count += ids.length
  }
  for (const { follow, reason } of MARKS_OF_MANY) {
    if (count >= limit) break
    const followed = await follow(tx, limit - count)
    if (followed === undefined) continue
    const { ended, origin, examined } = followed
    for (const { id: sessionId, accountId } of ended) {
      await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason, origin })
    }
    count += examined
  }
  return count
}

/** The marks that end sessions of many accounts, in the order in which they are followed. */
const MARKS_OF_MANY = [
  { follow: followMarkOfAll, reason: reasonOfAll },
  { follow: followRetiredKey, reason: reasonOfRetiredKey },
] as const

/** A used refresh token: its session and account, and how many rotations ago it was current. */
type Replay = { session: Session; account: Account | undefined; generationsBehind: number }

/**
 * Ends the session of a used refresh token that came back (RFC 9700 §4.14.2), and notifies its owner. Call
 * `outbox.wake()` afterwards.
 */
export async function endReplayed(
  tx: Transaction,
  { session, account, generationsBehind }: Replay,
  origin: AuditOrigin,
  notices: SecurityNotices,
  now: number,
): Promise<void> {
  if (!(await endAndRecord(tx, session, 'replayed', origin, now))) return
  const facts = { accountId: session.accountId, sessionId: session.id, generationsBehind }
  await recordEvent(tx, now, 'refresh.replayed', { ...facts, origin })
  if (account !== undefined) await notices.sessionReplayed(tx, account, origin, now)
}

/** Ends the sessions of an account that a login has pushed beyond the limit, and records each. */
export async function endExcessAndRecord(
  tx: Transaction,
  { accountId, most }: { accountId: number; most: number },
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const reason = 'too_many_sessions'
  for (const sessionId of await endExcessSessions(tx, accountId, most, now)) {
    await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason, origin })
  }
}
