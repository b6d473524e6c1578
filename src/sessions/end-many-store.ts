import type { AuditOrigin } from '../audit/events.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { allSessionsEndedBefore, allSessionsEndedUntil, hasMarkOfAll } from './all-sessions-store.ts'
import { hadNoRetiredKey, hasNoRetiredKey, hasRetiredKeyMark } from './retired-key-store.ts'
import { type SessionEndReason, sessionEndReasons } from './session.ts'

/**
 * How many sessions are ended row by row at once. For more, a *mark* is set: one row that says which sessions have ended.
 * Every check of a session reads it, so it takes effect at once, and their own rows are updated later.
 */
const MOST_ROWS = 100

/** Which sessions of an account to end: all, or all but one. */
type ManySessions = { accountId: number; reason: SessionEndReason; keptId: string | undefined }

/** The sessions of an account that neither their rows nor a mark has ended. */
export const runningSessions = (db: Queryable, accountId: number) =>
  db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .where('sessions.account_id', '=', accountId)
    .where('sessions.ended_at', 'is', null)
    .where('sessions.created_at', '>', allSessionsEndedUntil)
    .where(hasNoRetiredKey)
    .where((row) =>
      row.or([
        row('accounts.sessions_ended_at', 'is', null),
        row('sessions.created_at', '>', row.ref('accounts.sessions_ended_at')),
        row('sessions.id', '=', row.ref('accounts.sessions_kept_id')),
      ]),
    )

const endNewest = preparedReturning((db, accountId: number, kept: string, now: number, reason: string) =>
  db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('ended_at', 'is', null)
    .where('id', 'in', () =>
      runningSessions(db, accountId)
        .select('sessions.id')
        .where('sessions.id', '!=', kept)
        .orderBy('sessions.created_at', 'desc')
        .limit(MOST_ROWS),
    )
    .returning('id'),
)

const survey = prepared((db, accountId: number, kept: string) =>
  runningSessions(db, accountId)
    .where('sessions.id', '!=', kept)
    .select((row) => [
      row.fn.countAll<number>().as('count'),
      row.fn.max('sessions.created_at').as('newest'),
      row.fn.max('accounts.sessions_ended_at').as('marked_at'),
    ]),
)

const mark = preparedChange((db, id: number, at: number, reason: string, kept: string) =>
  db
    .updateTable('accounts')
    .set({ sessions_ended_at: at, sessions_end_reason: reason, sessions_kept_id: kept })
    .where('id', '=', id),
)

const keepMark = preparedChange((db, account_id: number, at: number, reason: string, kept_id: string, origin: string) =>
  db
    .insertInto('session_marks')
    .values({ account_id, at, reason, kept_id, origin })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ at, reason, kept_id, origin })),
)

/**
 * Ends all sessions of an account, optionally except one, at once: the newest by their rows and, if there are more, the
 * others by one mark, which every check reads. `followMarks` updates their rows later. The caller must keep logins out
 * (`holdLogins`).
 *
 * @returns the ids of the sessions whose rows ended now, and how many sessions the mark has ended
 */
export async function endSessionsOfAccount(
  db: Transaction,
  { accountId, reason, keptId = '' }: ManySessions,
  origin: AuditOrigin,
  now: number,
): Promise<{ ids: string[]; marked: number }> {
  const ids = (await endNewest(db, accountId, keptId, now, reason)).map((row) => row.id)
  if (ids.length < MOST_ROWS) return { ids, marked: 0 }
  const [rest] = await survey(db, accountId, keptId)
  const marked = Number(rest?.count ?? 0)
  if (marked === 0) return { ids, marked }
  // A process whose clock is ahead may have started some of them later than now.
  const at = Math.max(now, rest?.newest ?? 0, rest?.marked_at ?? 0)
  await mark(db, accountId, at, reason, keptId)
  await keepMark(db, accountId, at, reason, keptId, JSON.stringify(origin))
  return { ids, marked }
}

/** Sessions whose rows have been updated after a mark. */
type FollowedMark = { accountId: number; ids: string[]; reason: SessionEndReason; origin: AuditOrigin }

const endMarked = preparedReturning(
  (db, accountId: number, at: number, kept: string, endedAt: number, reason: string, limit: number) =>
    db
      .updateTable('sessions')
      .set({ ended_at: endedAt, end_reason: reason })
      .where('ended_at', 'is', null)
      .where('id', 'in', (sessions) =>
        sessions
          .selectFrom('sessions')
          .select('id')
          .where('account_id', '=', accountId)
          .where('ended_at', 'is', null)
          .where('created_at', '<=', at)
          // Sessions that another mark has ended before, for its own reason.
          .where('created_at', '>', allSessionsEndedBefore(at))
          .where(hadNoRetiredKey(at))
          .where('id', '!=', kept)
          .orderBy('created_at', 'desc')
          .limit(limit),
      )
      .returning('id'),
)

const oldestMark = prepared((db) => db.selectFrom('session_marks').selectAll().orderBy('at').limit(1))

const forget = preparedChange((db, accountId: number, at: number) =>
  db.deleteFrom('session_marks').where('account_id', '=', accountId).where('at', '=', at),
)

/** Whether there may be sessions that a mark has ended and whose rows do not say so yet. */
export async function hasMarks(db: Queryable, now: number): Promise<boolean> {
  return (await oldestMark(db)).length > 0 || (await hasMarkOfAll(db)) || (await hasRetiredKeyMark(db, now))
}

/**
 * Updates the rows of at most `limit` sessions that a mark has ended.
 *
 * @returns the sessions, by their marks. Together they are fewer than `limit` if no more are left
 */
export async function followMarks(db: Transaction, limit: number): Promise<FollowedMark[]> {
  const followed: FollowedMark[] = []
  let left = limit
  while (left > 0) {
    const [row] = await oldestMark(db)
    if (row === undefined) break
    const reason = sessionEndReasons.find((one) => one === row.reason) ?? 'administrator'
    const rows = await endMarked(db, row.account_id, row.at, row.kept_id, row.at, reason, left)
    if (rows.length < left) await forget(db, row.account_id, row.at)
    const ids = rows.map(({ id }) => id)
    followed.push({ accountId: row.account_id, ids, reason, origin: JSON.parse(row.origin) })
    left -= ids.length
  }
  return followed
}
