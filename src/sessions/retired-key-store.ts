import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditOrigin } from '../audit/events.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { reasonOfRetiredKey } from './session.ts'
import { type FollowedStretch, walkMark } from './session-walk-store.ts'

/**
 * When the key that signed the session's current refresh token was retired; null: it was not, or the row itself says
 * so.
 */
export const keyRetiredAt = sql<number | null>`(select max(at) from retired_key_marks
  where sessions.refresh_kid in (kid, refresh_kid))`

/** Whether no mark of a retired key has ended the session. */
export const hasNoRetiredKey = sql<SqlBool>`not exists (select 1 from retired_key_marks
  where sessions.refresh_kid in (kid, refresh_kid))`

/** The same, but only of marks that were set at `time` or before. */
export function hadNoRetiredKey(time: number): RawBuilder<SqlBool> {
  return sql<SqlBool>`not exists (select 1 from retired_key_marks
    where sessions.refresh_kid in (kid, refresh_kid) and retired_key_marks.at <= ${time})`
}

/** A key, by the `kid` of its access tokens and that of its refresh tokens. They are equal if one key signs both. */
export type KeyKids = { kid: string; refreshKid: string }

const set = preparedChange((db, kid: string, refresh_kid: string, at: number, origin: string) =>
  db
    .insertInto('retired_key_marks')
    .values({ kid, refresh_kid, at, origin, followed_id: '' })
    .onConflict((conflict) => conflict.column('kid').doUpdateSet({ at, origin, followed_id: '' })),
)

/**
 * Ends the sessions whose current refresh token a key signed, at once, by one mark (see `end-many-store.ts`), which every check reads.
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

const oldest = prepared((db) => db.selectFrom('retired_key_marks').selectAll().orderBy('at').orderBy('kid').limit(1))

/** Whether there may be sessions that a retired key has ended and whose rows do not say so yet. */
export async function hasRetiredKeyMark(db: Queryable): Promise<boolean> {
  return (await oldest(db)).length > 0
}

const endWalked = preparedReturning(
  (db, afterId: string, lastId: string, kid: string, refreshKid: string, at: number, reason: string) =>
    db
      .updateTable('sessions')
      .set({ ended_at: at, end_reason: reason })
      .where('id', '>', afterId)
      .where('id', '<=', lastId)
      .where('refresh_kid', 'in', [kid, refreshKid])
      .where('ended_at', 'is', null)
      .returning(['id', 'account_id']),
)

// If the mark was set again meanwhile, its `at` or its `followed_id` differs.
const advance = preparedChange((db, kid: string, at: number, from: string, to: string) =>
  db
    .updateTable('retired_key_marks')
    .set({ followed_id: to })
    .where('kid', '=', kid)
    .where('at', '=', at)
    .where('followed_id', '=', from),
)

const forget = preparedChange((db, kid: string, at: number, from: string) =>
  db.deleteFrom('retired_key_marks').where('kid', '=', kid).where('at', '=', at).where('followed_id', '=', from),
)

/**
 * Takes the next step of the walk that updates the rows of the sessions that the oldest mark has ended; see `walkMark`.
 * Call it once the earlier marks of accounts and of all accounts have been followed, because their reasons stay.
 *
 * @returns undefined without a mark
 */
export async function followRetiredKey(db: Transaction, limit: number): Promise<FollowedStretch | undefined> {
  const [mark] = await oldest(db)
  if (mark === undefined) return undefined
  const { kid, refresh_kid: refreshKid, at, followed_id: from } = mark
  return walkMark(db, mark, limit, {
    end: (afterId, lastId) => endWalked(db, afterId, lastId, kid, refreshKid, at, reasonOfRetiredKey),
    advance: (lastId) => advance(db, kid, at, from, lastId),
    forget: () => forget(db, kid, at, from),
  })
}
