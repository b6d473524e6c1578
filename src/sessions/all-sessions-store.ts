import { type RawBuilder, sql } from 'kysely'
import type { AuditOrigin } from '../audit/events.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import { hadNoRetiredKey } from './retired-key-store.ts'
import { reasonOfAll } from './session.ts'
import { type FollowedStretch, walkMark } from './session-walk-store.ts'

/**
 * Until when one mark has ended the sessions of all accounts; null: there is no mark whose sessions' rows are not
 * updated yet.
 */
export const allSessionsEndedAt = sql<number | null>`(select at from all_sessions_mark)`

/** The same for a comparison: a time before every session, if there is no mark. */
export const allSessionsEndedUntil = sql<number>`coalesce(${allSessionsEndedAt}, -1)`

/** The same, but only of a mark that was set at `time` or before. */
export function allSessionsEndedBefore(time: number): RawBuilder<number> {
  return sql<number>`coalesce((select at from all_sessions_mark where at <= ${time}), -1)`
}

/** When a new session starts: after the mark, even if this process's clock is behind the one that set it. */
export function startBehindMark(createdAt: number): RawBuilder<number> {
  const start = sql`cast(${createdAt} as bigint)`
  return sql<number>`(select coalesce(max(at) + 1, ${start}) from all_sessions_mark where at >= ${start})`
}

const current = prepared((db) => db.selectFrom('all_sessions_mark').selectAll())

const newestStart = prepared((db) =>
  db.selectFrom('sessions').select('created_at').orderBy('created_at', 'desc').orderBy('id', 'desc').limit(1),
)

const set = preparedChange((db, at: number, origin: string) =>
  db
    .insertInto('all_sessions_mark')
    .values({ number: 1, at, origin, followed_id: '' })
    .onConflict((conflict) => conflict.column('number').doUpdateSet({ at, origin, followed_id: '' })),
)

/** The sessions that a mark has ended: those that started until `at`, but after any earlier mark. */
type MarkedSessions = { at: number; after: number }

/**
 * Ends the sessions of all accounts at once, by one mark, which every check reads. `followMarkOfAll` updates their
 * rows.
 */
export async function markAllSessions(db: Transaction, origin: AuditOrigin, now: number): Promise<MarkedSessions> {
  const after = (await current(db))[0]?.at ?? -1
  // A process whose clock is ahead may have started some of them later than now.
  const at = Math.max(now, after, (await newestStart(db))[0]?.created_at ?? 0)
  await set(db, at, JSON.stringify(origin))
  return { at, after }
}

/** Counts the sessions that this mark has ended, whether or not their rows are updated. */
export async function countMarkedSessions(db: Queryable, { at, after }: MarkedSessions): Promise<number> {
  const row = await db
    .selectFrom('sessions')
    .leftJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select((count) => count.fn.countAll<number>().as('count'))
    .where('sessions.created_at', '>', after)
    .where('sessions.created_at', '<=', at)
    .where(hadNoRetiredKey(at))
    .where((session) =>
      session.or([
        session('ended_at', 'is', null),
        session.and([session('ended_at', '=', at), session('end_reason', '=', reasonOfAll)]),
      ]),
    )
    .where((session) =>
      session.or([
        session('sessions_ended_at', 'is', null),
        session('sessions_ended_at', '>', at),
        session('sessions.created_at', '>', session.ref('sessions_ended_at')),
        session('sessions.id', '=', session.ref('sessions_kept_id')),
      ]),
    )
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Whether there may be sessions that the mark has ended and whose rows do not say so yet. */
export async function hasMarkOfAll(db: Queryable): Promise<boolean> {
  return (await current(db)).length > 0
}

const endWalked = preparedReturning((db, afterId: string, lastId: string, at: number, reason: string) =>
  db
    .updateTable('sessions')
    .set({ ended_at: at, end_reason: reason })
    .where('id', '>', afterId)
    .where('id', '<=', lastId)
    .where('ended_at', 'is', null)
    .where('created_at', '<=', at)
    .where(hadNoRetiredKey(at))
    .returning(['id', 'account_id']),
)

// If the mark was set again meanwhile, its `at` or its `followed_id` differs.
const advance = preparedChange((db, at: number, from: string, to: string) =>
  db.updateTable('all_sessions_mark').set({ followed_id: to }).where('at', '=', at).where('followed_id', '=', from),
)

const forget = preparedChange((db, at: number, from: string) =>
  db.deleteFrom('all_sessions_mark').where('at', '=', at).where('followed_id', '=', from),
)

/**
 * Takes the next step of the walk that updates the rows of the sessions that the mark has ended; see `walkMark`. Call it
 * once the earlier marks of accounts have been followed, because their reasons stay.
 *
 * @returns undefined without a mark
 */
export async function followMarkOfAll(db: Transaction, limit: number): Promise<FollowedStretch | undefined> {
  const [mark] = await current(db)
  if (mark === undefined) return undefined
  const { at, followed_id: from } = mark
  return walkMark(db, mark, limit, {
    end: (afterId, lastId) => endWalked(db, afterId, lastId, at, reasonOfAll),
    advance: (lastId) => advance(db, at, from, lastId),
    forget: () => forget(db, at, from),
  })
}
