import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditOrigin } from '../audit/events.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { reasonOfRetiredKey } from './session.ts'
import { type FollowedStretch, walkMark } from './session-walk-store.ts'

/**
 * How long processes may still start and refresh sessions under a retired key, until they have read the keys again. It
 * includes a request that waits for the database, and clocks that differ.
 */
const LATE_MS = 60_000

/**
 * When a mark ended a session: when it was set, or when a process that did not know yet started or refreshed the session.
 */
const endOfMarked = sql<number>`case when sessions.refreshed_at > retired_key_marks.at then sessions.refreshed_at
  else retired_key_marks.at end`

/**
 * When the key that signed the session's current refresh token ended it by being retired; null: it did not, or the row
 * itself says so.
 */
export const keyRetiredAt = sql<number | null>`(select max(${endOfMarked}) from retired_key_marks
  where sessions.refresh_kid in (kid, refresh_kid))`

/** Whether no mark of a retired key has ended the session. */
export const hasNoRetiredKey = sql<SqlBool>`not exists (select 1 from retired_key_marks
  where sessions.refresh_kid in (kid, refresh_kid))`

/** The same, but only of marks that ended it before `time`. A mark of its account or of all sessions wins a tie. */
export function hadNoRetiredKey(time: number | RawBuilder<number | null>): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 from retired_key_marks
    where sessions.refresh_kid in (kid, refresh_kid) and ${endOfMarked} < ${time})`
}

/** A key, by the `kid` of its access tokens and that of its refresh tokens. They are equal if one key signs both. */
export type KeyKids = { kid: string; refreshKid: string }

const set = preparedChange((db, kid: string, refresh_kid: string, at: number, origin: string) =>
  db
    .insertInto('retired_key_marks')
    .values({ kid, refresh_kid, at, origin, followed_id: '' })
    .onConflict((conflict) => conflict.column('kid').doUpdateSet({ at, origin, followed_id: '', walk_began_at: null })),
)

/**
 * Ends the sessions whose current refresh token a key signed, at once, by one mark (see `end-many-store.ts`), which every
 * check reads. That includes sessions that a process starts or refreshes under the key before it reads the keys again.
 * `followRetiredKey` updates their rows.
 */
export async function markSessionsOfKey(
  db: Transaction,
  { kid, refreshKid }: KeyKids,
  origin: AuditOrigin,
  now: number,
): Promise<void> {
  await set(db, kid, refreshKid, now, JSON.stringify(origin))
}

// A mark rests between its two walks.
const oldestDue = prepared((db, lateUntil: number) =>
  db
    .selectFrom('retired_key_marks')
    .selectAll()
    .where((mark) =>
      mark.or([mark('followed_id', '!=', ''), mark('walk_began_at', 'is', null), mark('at', '<=', lateUntil)]),
    )
    .orderBy('at')
    .orderBy('kid')
    .limit(1),
)

/** Whether there may be sessions that a retired key has ended and whose rows do not say so yet. */
export async function hasRetiredKeyMark(db: Queryable, now: number): Promise<boolean> {
  return (await oldestDue(db, now - LATE_MS)).length > 0
}

const endWalked = preparedReturning(
  (db, afterId: string, lastId: string, kid: string, refreshKid: string, at: number, reason: string) =>
    db
      .updateTable('sessions')
      .set((row) => ({
        ended_at: row.case().when('refreshed_at', '>', at).then(row.ref('refreshed_at')).else(at).end(),
        end_reason: reason,
      }))
      .where('id', '>', afterId)
      .where('id', '<=', lastId)
      .where('refresh_kid', 'in', [kid, refreshKid])
      .where('ended_at', 'is', null)
      .returning(['id', 'account_id']),
)

// If the mark was set again meanwhile, its `at` or its `followed_id` differs.
const advance = preparedChange((db, kid: string, at: number, from: string, to: string, began: number) =>
  db
    .updateTable('retired_key_marks')
    .set({ followed_id: to, walk_began_at: began })
    .where('kid', '=', kid)
    .where('at', '=', at)
    .where('followed_id', '=', from),
)

const forget = preparedChange((db, kid: string, at: number, from: string) =>
  db.deleteFrom('retired_key_marks').where('kid', '=', kid).where('at', '=', at).where('followed_id', '=', from),
)

/**
 * Takes the next step of the walk that updates the rows of the sessions that the oldest mark has ended; see `walkMark`.
 * Call it once the earlier marks of accounts and of all accounts have been followed, because their reasons stay. A mark
 * is followed at once and, if processes could start sessions under its key meanwhile, once more after `LATE_MS`.
 *
 * @returns undefined without a mark that is due
 */
export async function followRetiredKey(
  db: Transaction,
  limit: number,
  now: number,
): Promise<FollowedStretch | undefined> {
  const [mark] = await oldestDue(db, now - LATE_MS)
  if (mark === undefined) return undefined
  const { kid, refresh_kid: refreshKid, at, followed_id: from } = mark
  const beganAt = from === '' ? now : (mark.walk_began_at ?? now)
  return walkMark(db, mark, limit, {
    end: (afterId, lastId) => endWalked(db, afterId, lastId, kid, refreshKid, at, reasonOfRetiredKey),
    advance: (lastId) => advance(db, kid, at, from, lastId, beganAt),
    // After a walk that began too early, the next one starts at the first session again.
    forget: () => (beganAt < at + LATE_MS ? advance(db, kid, at, from, '', beganAt) : forget(db, kid, at, from)),
  })
}
