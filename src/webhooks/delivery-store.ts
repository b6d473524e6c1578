import type { Selectable } from 'kysely'
import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { WebhookDeliveriesTable } from '../storage/tables/delivery-tables.ts'
import type { Delivery, DeliveryState } from './webhook.ts'

/** Deliveries that are due within this time are left alone: they may be leased, and are tried soon anyway. */
const SOON_MS = 80_000

/** The most deliveries that are counted, because counting takes longer the more there are. */
const COUNTED_DELIVERIES = 100_000

const backlogs = prepared((db) =>
  db
    .selectFrom('webhook_endpoints')
    .select((endpoint) => [
      endpoint
        .selectFrom((waiting) =>
          waiting
            .selectFrom('webhook_deliveries')
            .select('event_id')
            .whereRef('endpoint_id', '=', 'webhook_endpoints.id')
            .where('next_attempt_at', 'is not', null)
            .orderBy('event_id')
            .limit(COUNTED_DELIVERIES)
            .as('waiting'),
        )
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('waiting'),
      endpoint
        .selectFrom('webhook_deliveries')
        .select('queued_at')
        .whereRef('endpoint_id', '=', 'webhook_endpoints.id')
        .where('next_attempt_at', 'is not', null)
        .orderBy('event_id')
        .limit(1)
        .as('oldest'),
    ])
    .where('disabled_at', 'is', null),
)

/**
 * How many deliveries are waiting, and since when the oldest one waits: undefined if there is none. At most
 * `COUNTED_DELIVERIES` are counted for each webhook. Deliveries to a disabled webhook are not counted, because they
 * wait on purpose.
 */
export async function readWebhookBacklog(
  db: Queryable,
): Promise<{ waiting: number; oldestQueuedAt: number | undefined }> {
  const rows = await backlogs(db)
  const moments = rows.flatMap(({ oldest }) => (oldest === null ? [] : [oldest]))
  return {
    waiting: rows.reduce((sum, { waiting }) => sum + Number(waiting ?? 0), 0),
    oldestQueuedAt: moments.length === 0 ? undefined : Math.min(...moments),
  }
}

/** Repeats a delivery, finished or not, as if for the first time. False if it does not exist. */
export async function replayDelivery(
  tx: Transaction,
  webhookId: string,
  eventId: number,
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('webhook_deliveries')
    .set({ attempts: 0, next_attempt_at: now, delivered_at: null, given_up_at: null })
    .where('endpoint_id', '=', webhookId)
    .where('event_id', '=', eventId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const hurry = preparedChange((db, webhookId: string, now: number, after: number, limit: number) =>
  db
    .updateTable('webhook_deliveries')
    .set({ next_attempt_at: now })
    .where('endpoint_id', '=', webhookId)
    .where('event_id', 'in', (deliveries) =>
      deliveries
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('endpoint_id', '=', webhookId)
        .where('next_attempt_at', '>', after)
        .orderBy('next_attempt_at')
        .limit(limit),
    )
    .where('next_attempt_at', '>', after),
)

/**
 * Makes waiting deliveries due now, at most `limit` of them, except those that may be under way.
 *
 * @returns how many
 */
export async function hurryDeliveries(tx: Transaction, webhookId: string, now: number, limit: number): Promise<number> {
  return hurry(tx, webhookId, now, now + SOON_MS, limit)
}

const revive = preparedChange((db, webhookId: string, now: number, limit: number) =>
  db
    .updateTable('webhook_deliveries')
    .set({ attempts: 0, next_attempt_at: now, given_up_at: null })
    .where('endpoint_id', '=', webhookId)
    .where('event_id', 'in', (deliveries) =>
      deliveries
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('endpoint_id', '=', webhookId)
        .where('given_up_at', 'is not', null)
        .orderBy('event_id')
        .limit(limit),
    )
    .where('given_up_at', 'is not', null),
)

/** Makes given-up deliveries due again, the oldest first, at most `limit` of them. @returns how many */
export async function reviveDeliveries(
  tx: Transaction,
  webhookId: string,
  now: number,
  limit: number,
): Promise<number> {
  return revive(tx, webhookId, now, limit)
}

/** Which deliveries to list. */
export type DeliveryQuery = {
  state?: DeliveryState | undefined
  /** Only deliveries of events before the one with this id. */
  beforeEventId?: number | undefined
  limit: number
}

/** The deliveries of a webhook on record, newest events first. */
export async function listDeliveries(db: Queryable, webhookId: string, query: DeliveryQuery): Promise<Delivery[]> {
  const { state, beforeEventId, limit } = query
  let select = db.selectFrom('webhook_deliveries').selectAll().where('endpoint_id', '=', webhookId)
  if (state === 'pending') select = select.where('next_attempt_at', 'is not', null)
  if (state === 'delivered') select = select.where('delivered_at', 'is not', null)
  if (state === 'given_up') select = select.where('given_up_at', 'is not', null)
  if (beforeEventId !== undefined) select = select.where('event_id', '<', beforeEventId)
  return (await select.orderBy('event_id', 'desc').limit(limit).execute()).map(toDelivery)
}

/**
 * Deletes finished deliveries that were queued before `before`, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneDeliveries(db: Transaction, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom('webhook_deliveries')
    .select(['endpoint_id', 'event_id'])
    .where('queued_at', '<', before)
    .where('next_attempt_at', 'is', null)
    .orderBy('queued_at')
    .limit(limit)
    .execute()
  for (const [webhookId, rows] of Map.groupBy(old, ({ endpoint_id }) => endpoint_id)) {
    await db
      .deleteFrom('webhook_deliveries')
      .where('endpoint_id', '=', webhookId)
      .where(
        'event_id',
        'in',
        rows.map(({ event_id }) => event_id),
      )
      .where('next_attempt_at', 'is', null)
      .execute()
  }
  return old.length
}

/** Converts a row to a delivery. */
export function toDelivery(row: Selectable<WebhookDeliveriesTable>): Delivery {
  return {
    webhookId: row.endpoint_id,
    eventId: row.event_id,
    event: row.event,
    payload: row.payload,
    queuedAt: row.queued_at,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
    givenUpAt: row.given_up_at ?? undefined,
    lastStatus: row.last_status ?? undefined,
    lastError: row.last_error ?? undefined,
  }
}
