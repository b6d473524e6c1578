import type { Selectable } from 'kysely'
import { prepared, preparedChange, type Queryable } from '../storage/prepared.ts'
import type { WebhookDeliveriesTable } from '../storage/tables.ts'
import type { Delivery, DeliveryState } from './webhook.ts'

const due = prepared((db, now: number) =>
  db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhook_endpoints', 'webhook_endpoints.id', 'webhook_deliveries.endpoint_id')
    .select('endpoint_id')
    .distinct()
    .where('next_attempt_at', '<=', now)
    .where('disabled_at', 'is', null),
)

/** The ids of the webhooks that something is to be told to. */
export async function listDueWebhooks(db: Queryable, now: number): Promise<string[]> {
  return (await due(db, now)).map(({ endpoint_id }) => endpoint_id)
}

const backlog = prepared((db) =>
  db
    .selectFrom('webhook_deliveries')
    .innerJoin('webhook_endpoints', 'webhook_endpoints.id', 'webhook_deliveries.endpoint_id')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('queued_at').as('oldest')])
    .where('next_attempt_at', 'is not', null)
    .where('disabled_at', 'is', null),
)

/**
 * How many deliveries are yet to be made, and when the oldest of them was queued: undefined if there is none. What waits
 * for a webhook that is disabled is not counted: it is meant to.
 */
export async function readWebhookBacklog(
  db: Queryable,
): Promise<{ waiting: number; oldestQueuedAt: number | undefined }> {
  const [row] = await backlog(db)
  return { waiting: row?.waiting ?? 0, oldestQueuedAt: row?.oldest ?? undefined }
}

const claim = prepared((db, webhookId: string, now: number, lostAt: number, limit: number) =>
  db
    .updateTable('webhook_deliveries')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: lostAt }))
    .where('endpoint_id', '=', webhookId)
    .where('event_id', 'in', (deliveries) =>
      deliveries
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('endpoint_id', '=', webhookId)
        .where('next_attempt_at', '<=', now)
        .orderBy('event_id')
        .limit(limit),
    )
    // Again, since PostgreSQL looks only at this once more when another process was quicker.
    .where('next_attempt_at', '<=', now)
    .returningAll(),
)

/**
 * Takes up what is due for one webhook, at most `limit` of it, the oldest events first. Until `lostAt` nobody else takes it
 * up: by then the attempt must be over, or counts as lost with its process. `attempts` is from then on the proof of whose
 * turn it is.
 */
export async function claimDueDeliveries(
  tx: Queryable,
  webhookId: string,
  { now, lostAt, limit }: { now: number; lostAt: number; limit: number },
): Promise<Delivery[]> {
  return (await claim(tx, webhookId, now, lostAt, limit)).map(toDelivery)
}

/** What an attempt came to: the status of the answer, or why there was none. */
export type AttemptResult = { status: number | undefined; error: string | undefined }

/** What becomes of a delivery after an attempt. `pending`: it is tried again. */
export type Verdict = { state: 'delivered' | 'given_up'; at: number } | { state: 'pending'; nextAttemptAt: number }

const settle = preparedChange(
  (
    db,
    webhookId: string,
    eventId: number,
    attempts: number,
    next_attempt_at: number | null,
    delivered_at: number | null,
    given_up_at: number | null,
    last_status: number | null,
    last_error: string | null,
  ) =>
    db
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at, delivered_at, given_up_at, last_status, last_error })
      .where('endpoint_id', '=', webhookId)
      .where('event_id', '=', eventId)
      .where('attempts', '=', attempts)
      .where('next_attempt_at', 'is not', null),
)

/**
 * Notes what an attempt came to.
 *
 * @param delivery as it was claimed; if somebody has claimed it since, nothing happens
 */
export async function settleDelivery(
  tx: Queryable,
  delivery: Delivery,
  verdict: Verdict,
  { status, error }: AttemptResult,
): Promise<void> {
  await settle(
    tx,
    delivery.webhookId,
    delivery.eventId,
    delivery.attempts,
    verdict.state === 'pending' ? verdict.nextAttemptAt : null,
    verdict.state === 'delivered' ? verdict.at : null,
    verdict.state === 'given_up' ? verdict.at : null,
    status ?? null,
    error ?? null,
  )
}

/** Has a delivery made once more, done or not, as if for the first time. False if there is none. */
export async function replayDelivery(tx: Queryable, webhookId: string, eventId: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('webhook_deliveries')
    .set({ attempts: 0, next_attempt_at: now, delivered_at: null, given_up_at: null })
    .where('endpoint_id', '=', webhookId)
    .where('event_id', '=', eventId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Which deliveries to list. */
export type DeliveryQuery = {
  state?: DeliveryState | undefined
  /** Only those of events before the one with this id. */
  beforeEventId?: number | undefined
  limit: number
}

/** The deliveries of a webhook that are still on record, the newest events first. */
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
 * Deletes deliveries that are done and were queued before `before`, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneDeliveries(db: Queryable, before: number, limit: number): Promise<number> {
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

function toDelivery(row: Selectable<WebhookDeliveriesTable>): Delivery {
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
