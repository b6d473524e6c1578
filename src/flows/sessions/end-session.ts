import type { Account } from '../../accounts/account.ts'
import { holdLogins } from '../../accounts/account-state-store.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import { recordEventOfEach } from '../../audit/many-events-store.ts'
import { AuthError } from '../../errors.ts'
import { accountsWithSessions } from '../../sessions/accounts-with-sessions-store.ts'
import { followMarkOfAll } from '../../sessions/all-sessions-store.ts'
import { endSessionsOfAccount, followMarks } from '../../sessions/end-many-store.ts'
import { endExcessSessions } from '../../sessions/excess-session-store.ts'
import { followRetiredKey } from '../../sessions/retired-key-store.ts'
import { reasonOfAll, reasonOfRetiredKey, type Session, type SessionEndReason } from '../../sessions/session.ts'
import { endSessions } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { SecurityNotices } from '../mail/security-notices/notices.ts'
import { auditOriginOf } from '../rights/actor.ts'

/** A session that is to end, or has ended. */
type EndedSession = Pick<Session, 'id' | 'accountId'>

/** Ends sessions and records each, in the caller's transaction. @returns how many had not ended */
export async function endEachAndRecord(
  tx: Transaction,
  sessions: readonly Session[],
  reason: SessionEndReason,
  origin: AuditOrigin,
  now: number,
): Promise<number> {
  // A mark may have ended a session, even if its row does not say so yet.
  const running = sessions.filter(({ endedAt }) => endedAt === undefined)
  const ids = running.map(({ id }) => id)
  const ended = await endSessions(tx, ids, reason, now)
  const recorded = running.filter(({ id }) => ended.has(id))
  await recordEnded(tx, recorded, reason, origin, now)
  return recorded.length
}

/** The same for one session. False if it had already ended. */
export async function endAndRecord(
  tx: Transaction,
  session: Session,
  reason: SessionEndReason,
  origin: AuditOrigin,
  now: number,
): Promise<boolean> {
  return (await endEachAndRecord(tx, [session], reason, origin, now)) === 1
}

/** Records sessions that have just ended. Nothing else records the end of a session. */
export async function recordEnded(
  tx: Transaction,
  sessions: readonly EndedSession[],
  reason: SessionEndReason,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  const entries = sessions.map(({ id: sessionId, accountId }) => ({ accountId, sessionId, reason, origin }))
  await recordEventOfEach(tx, now, 'session.ended', entries)
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

/** The accounts whose sessions to end, and why. `keptId` is the one session that stays. */
type SessionsToEnd = { accountIds: readonly number[]; reason: SessionEndReason; keptId?: string | undefined }

/**
 * Ends all sessions of accounts, optionally except one, in the caller's transaction. The session of a concurrent login
 * ends too, unless the login comes after all this. Each is recorded: at once, or if an account has very many, by
 * `followAndRecord` within seconds. Accounts without sessions cost two statements in all.
 *
 * @returns how many sessions of each account ended now; accounts without any are left out
 */
export async function endAllAndRecord(
  tx: Transaction,
  { accountIds, reason, keptId }: SessionsToEnd,
  origin: AuditOrigin,
  now: number,
): Promise<Map<number, number>> {
  await holdLogins(tx, accountIds)
  const counts = new Map<number, number>()
  const ended: EndedSession[] = []
  // Looking for the sessions of one account costs as much as ending them.
  const affected = accountIds.length > 1 ? await accountsWithSessions(tx, accountIds) : accountIds
  for (const accountId of affected) {
    const { ids, marked } = await endSessionsOfAccount(tx, { accountId, reason, keptId }, origin, now)
    for (const id of ids) ended.push({ id, accountId })
    if (ids.length + marked > 0) counts.set(accountId, ids.length + marked)
  }
  await recordEnded(tx, ended, reason, origin, now)
  return counts
}

/**
 * Updates the rows of sessions that a mark has ended, and records each. Examines at most `limit` sessions.
 *
 * @returns how many it has examined; fewer than `limit` if no marked ones are left
 */
export async function followAndRecord(tx: Transaction, limit: number, now: number): Promise<number> {
  let count = 0
  for (const { accountId, ids, reason, origin } of await followMarks(tx, limit)) {
    const ended = ids.map((id) => ({ id, accountId }))
    await recordEnded(tx, ended, reason, origin, now)
    count += ids.length
  }
  for (const { follow, reason } of MARKS_OF_MANY) {
    if (count >= limit) break
    const followed = await follow(tx, limit - count, now)
    if (followed === undefined) continue
    await recordEnded(tx, followed.ended, reason, followed.origin, now)
    count += followed.examined
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
  const ended = (await endExcessSessions(tx, accountId, most, now)).map((id) => ({ id, accountId }))
  await recordEnded(tx, ended, 'too_many_sessions', origin, now)
}
