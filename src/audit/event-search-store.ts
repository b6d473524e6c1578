import { isIP } from 'node:net'
import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import { beginsWith, inBytes } from '../storage/begins-with.ts'
import type { Queryable } from '../storage/prepared.ts'
import type { AuditEventsTable } from '../storage/tables.ts'
import { readPage, scanPage } from './event-page-store.ts'
import type { AuditEventName, AuditOrigin } from './events.ts'
import { toActor } from './stored-actor.ts'

/** An event as it is stored. */
export type AuditEvent = {
  /** Increases with time. */
  id: number
  at: number
  event: string
  accountId: number | undefined
  sessionId: string | undefined
  origin: AuditOrigin
  /** The event's other facts, as `auditEvents` describes them. */
  facts: Record<string, unknown>
}

/** Which events to list. */
export type AuditQuery = {
  /** The account that the events happened to. */
  accountId?: number | undefined
  /** The account that acted. */
  actorId?: number | undefined
  event?: AuditEventName | undefined
  /** The client's address, or its beginning. */
  address?: string | undefined
  /** Not before this moment, in epoch milliseconds. */
  since?: number | undefined
  /** Before this moment, in epoch milliseconds. */
  until?: number | undefined
  /** Only events before the one with this id: the previous page's `nextBeforeId`. */
  beforeId?: number | undefined
  /** The most events to return; at least 1. */
  limit: number
}

/** Events, newest first. */
export type AuditPage = {
  events: AuditEvent[]
  /** The `beforeId` of the next page; undefined if there is none. */
  nextBeforeId: number | undefined
}

/** How much later an event may have happened than one with a larger id, because `now` is read when a request begins. */
const ORDER_SLACK_MS = 60_000

/**
 * Lists matching events, newest first. A page may be shorter than `limit` even if another page follows. `since` and
 * `until` are not conditions of the query: ids closely follow the time, so reading back from the newest event simply
 * stops there. With a condition, the database would search the complete log to fill a page.
 */
export async function listEvents(db: Queryable, query: AuditQuery): Promise<AuditPage> {
  const { accountId, actorId, event, address, since = Number.NEGATIVE_INFINITY, until, limit } = query
  const beforeId = until === undefined ? query.beforeId : await idBehind(db, until, query.beforeId)
  const conditions: RawBuilder<SqlBool>[] = []
  if (accountId !== undefined) conditions.push(sql`account_id = ${accountId}`)
  if (actorId !== undefined) conditions.push(sql`actor_id = ${actorId}`)
  if (event !== undefined) conditions.push(sql`event = ${event}`)
  if (address !== undefined) conditions.push(isFrom(db, address))
  const [first, ...others] = conditions
  let scanned = db.selectFrom('audit_events').selectAll()
  if (first !== undefined) scanned = scanned.where(first)
  if (beforeId !== undefined) scanned = scanned.where('id', '<', beforeId)
  scanned = scanned.orderBy('id', 'desc')
  const { rows, last } =
    others.length === 0 ? await readPage(scanned, limit) : await scanPage(db, { scanned, conditions: others, limit })
  return {
    events: rows.filter(({ at }) => at >= since && (until === undefined || at < until)).map(toEvent),
    nextBeforeId: last && last.at >= since - ORDER_SLACK_MS ? last.id : undefined,
  }
}

/** A complete address is found without sorting, however many events it has. */
function isFrom(db: Queryable, address: string): RawBuilder<SqlBool> {
  const column = sql<string>`address`
  return isIP(address) === 0 ? beginsWith(db, column, address) : sql<SqlBool>`${inBytes(db, column)} = ${address}`
}

/** The event with this id. */
export async function findEvent(db: Queryable, id: number): Promise<AuditEvent | undefined> {
  const row = await db.selectFrom('audit_events').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toEvent(row)
}

/** An id just above all events before a moment. */
async function idBehind(db: Queryable, until: number, beforeId: number | undefined): Promise<number | undefined> {
  const later = await db
    .selectFrom('audit_events')
    .select('id')
    .where('at', '>=', until + ORDER_SLACK_MS)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  const ids = [later?.id, beforeId].filter((id) => id !== undefined)
  return ids.length === 0 ? undefined : Math.min(...ids)
}

/** Which events to follow. */
type EventsToFollow = {
  names: readonly AuditEventName[]
  /** Only events after the one with this id. */
  afterId: number
  /** Only events up to the one with this id. */
  untilId?: number | undefined
  /** Not before this time, in epoch milliseconds. */
  since?: number | undefined
  limit?: number | undefined
}

/** The events with these names that are committed by now, by id. */
export async function listEventsAfter(db: Queryable, query: EventsToFollow): Promise<AuditEvent[]> {
  const { names, afterId, untilId, since, limit } = query
  let select = db.selectFrom('audit_events').selectAll().where('event', 'in', names).where('id', '>', afterId)
  if (untilId !== undefined) select = select.where('id', '<=', untilId)
  if (since !== undefined) select = select.where('at', '>=', since)
  if (limit !== undefined) select = select.limit(limit)
  return (await select.orderBy('id').execute()).map(toEvent)
}

/** The largest id of an event; 0 if there is none. */
export async function latestEventId(db: Queryable): Promise<number> {
  const row = await db.selectFrom('audit_events').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst()
  return row?.id ?? 0
}

/** The id of the last event from before `moment`; 0 if there is none. */
export async function lastEventIdBefore(db: Queryable, moment: number): Promise<number> {
  const rows = db.selectFrom('audit_events').select('id').where('at', '<', moment)
  return (await rows.orderBy('at', 'desc').limit(1).executeTakeFirst())?.id ?? 0
}

function toEvent(row: Selectable<AuditEventsTable>): AuditEvent {
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    accountId: row.account_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    origin: { actor: toActor(row), address: row.address, userAgent: row.user_agent },
    facts: JSON.parse(row.facts),
  }
}
