import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import type { Tables } from '../storage/tables.ts'
import { allSessionsEndedAt, allSessionsEndedUntil } from './all-sessions-store.ts'
import { hadNoRetiredKey, hasNoRetiredKey, keyRetiredAt } from './retired-key-store.ts'
import { reasonOfAll, reasonOfRetiredKey, type Session, type SessionEndReason } from './session.ts'
import { markColumns, toSession } from './session-row.ts'

/** Which sessions to list; all conditions must hold. Times are epoch milliseconds. */
export type SessionFilter = {
  accountId?: number | undefined
  /** `unended`: nobody has ended them, though they may have expired. `ended`: somebody has. Default: all. */
  state?: 'unended' | 'ended' | undefined
  /** As it is stored with sessions that somebody ended. */
  endReason?: SessionEndReason | undefined
  /** The beginning of the address of the login. */
  address?: string | undefined
  /** Only sessions that have not expired at this moment. */
  aliveAt?: number | undefined
  startedFrom?: number | undefined
  startedBefore?: number | undefined
}

/** The position of a session: newest first, and by id among those of the same time. */
export type SessionPosition = { createdAt: number; id: string }

/** A page of sessions. It may be short, even empty, although another one follows. */
type SessionPage = {
  sessions: Session[]
  /** Where the page ends; undefined if it is the last one. */
  end: SessionPosition | undefined
}

/** How many sessions one query examines: a few milliseconds of work, however few of them match. */
const STRETCH = 2_000

/** One page of sessions, newest first. Takes the same time on every page, however many sessions there are. */
export async function searchSessions(
  db: Queryable,
  { filter, after, limit }: { filter: SessionFilter; after?: SessionPosition | undefined; limit: number },
): Promise<SessionPage> {
  const stretch = stretchOf(db, filter, after)
  const rows = await matchingIn(db, stretch, filter)
    .selectAll('sessions')
    .select(markColumns)
    .select([allSessionsEndedAt.as('all_sessions_ended_at'), keyRetiredAt.as('key_retired_at')])
    .orderBy('sessions.created_at', 'desc')
    .orderBy('sessions.id', 'desc')
    .limit(limit + 1)
    .execute()
  const found = rows.slice(0, limit).map(toSession)
  if (rows.length > limit) return { sessions: found, end: positionOf(found.at(-1)) }
  // Fewer sessions match in this range than a page holds. The next page continues after the range, if there is
  // anything.
  const [last] = await stretch
    .clearSelect()
    .select(['created_at', 'id'])
    .offset(STRETCH - 1)
    .limit(1)
    .execute()
  return { sessions: found, end: last && { createdAt: last.created_at, id: last.id } }
}

/** How many sessions match, among the newest. Stops counting at `most`, which is at most 2,000. */
export async function countSessions(db: Queryable, filter: SessionFilter, most: number): Promise<number> {
  const found = matchingIn(db, stretchOf(db, filter), filter).select('sessions.id').limit(most)
  const row = await db
    .selectFrom(found.as('found'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** The sessions that one query examines. */
const stretchOf = (db: Queryable, filter: SessionFilter, after?: SessionPosition) =>
  db
    .selectFrom('sessions')
    .selectAll()
    .where((builder) => builder.and(inOrder(builder, filter, after)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(STRETCH)

/** Those of them that match, with their accounts. */
const matchingIn = (db: Queryable, stretch: ReturnType<typeof stretchOf>, filter: SessionFilter) =>
  db
    .selectFrom(stretch.as('sessions'))
    .leftJoin('accounts', 'accounts.id', 'sessions.account_id')
    .where((builder) => builder.and(conditions(builder, filter)))

type Builder = ExpressionBuilder<Tables, 'sessions'>

/** The bounds of the range, which use an index. */
function inOrder(builder: Builder, filter: SessionFilter, after: SessionPosition | undefined): Expression<SqlBool>[] {
  const { accountId, state, startedFrom, startedBefore } = filter
  const bounds: Expression<SqlBool>[] = []
  if (accountId !== undefined) bounds.push(builder('account_id', '=', accountId))
  if (accountId !== undefined && state === 'unended') bounds.push(builder('ended_at', 'is', null))
  if (startedFrom !== undefined) bounds.push(builder('created_at', '>=', startedFrom))
  if (startedBefore !== undefined) bounds.push(builder('created_at', '<', startedBefore))
  if (after !== undefined) {
    bounds.push(builder('created_at', '<=', after.createdAt))
    bounds.push(sql<SqlBool>`(created_at < ${after.createdAt} or id < ${after.id})`)
  }
  return bounds
}

/** Whether the mark of its account has ended a session. */
export const isMarked = sql<SqlBool>`(sessions_ended_at is not null and sessions.created_at <= sessions_ended_at
  and sessions.id <> coalesce(sessions_kept_id, ''))`

/** The same for the mark of all accounts. */
export const isMarkedWithAll = sql<SqlBool>`sessions.created_at <= ${allSessionsEndedUntil}`

/** A session has ended if its row says so, or the mark of its account, of all accounts or of its key does. */
const hasEnded = sql<SqlBool>`(ended_at is not null or ${isMarked} or ${isMarkedWithAll} or not ${hasNoRetiredKey})`

function conditions(
  builder: ExpressionBuilder<Tables, 'sessions' | 'accounts'>,
  { state, endReason, address, aliveAt }: SessionFilter,
): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = []
  if (state !== undefined) found.push(state === 'ended' ? hasEnded : builder.not(hasEnded))
  if (aliveAt !== undefined) {
    found.push(builder('refresh_expires_at', '>', aliveAt))
    found.push(builder.or([builder('expires_at', 'is', null), builder('expires_at', '>', aliveAt)]))
  }
  if (endReason !== undefined) {
    // As in `session-row.ts`, the earliest mark counts.
    const reason = sql<string>`case when ended_at is not null then end_reason
      when ${isMarked} and ${hadNoRetiredKey(sql.ref('sessions_ended_at'))}
        and not (${isMarkedWithAll} and ${allSessionsEndedUntil} < sessions_ended_at) then sessions_end_reason
      when ${isMarkedWithAll} and ${hadNoRetiredKey(allSessionsEndedUntil)} then ${reasonOfAll}
      else ${reasonOfRetiredKey} end`
    found.push(hasEnded, builder(reason, '=', endReason))
  }
  if (address !== undefined) found.push(sql<SqlBool>`address like ${`${address.replace(/[!%_]/g, '!$&')}%`} escape '!'`)
  return found
}

function positionOf(session: Session | undefined): SessionPosition | undefined {
  return session && { createdAt: session.createdAt, id: session.id }
}
