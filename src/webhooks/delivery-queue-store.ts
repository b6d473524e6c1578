import type { ExpressionBuilder } from 'kysely'
import type { Settled } from '../queue/queue.ts'
import { prepared, preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { Tables } from '../storage/tables.ts'
import { toDelivery } from './delivery-store.ts'
import type { Delivery } from './webhook.ts'
import { findDestination, type SealedSecrets } from './webhook-store.ts'

/** A claimed delivery, with its destination. */
export type ClaimedDelivery = Delivery & { url: string; secrets: SealedSecrets }

// Takes the first row in index order, so that PostgreSQL does not decide to read the complete table.
const due = prepared((db, now: number) =>
  db
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('disabled_at', 'is', null)
    .where(
      (endpoint) =>
        endpoint
          .selectFrom('webhook_deliveries')
          .select('next_attempt_at')
          .whereRef('endpoint_id', '=', 'webhook_endpoints.id')
          .where('next_attempt_at', 'is not', null)
          .orderBy('next_attempt_at')
          .limit(1),
      '<=',
      now,
    ),
)

/** The ids of the webhooks with waiting events. One index lookup per webhook. */
export async function listDueWebhooks(db: Queryable, now: number): Promise<string[]> {
  return (await due(db, now)).map(({ id }) => id)
}

const claim = preparedReturning((db, webhookId: string, now: number, leaseUntil: number, limit: number) =>
  db
    .updateTable('webhook_deliveries')
    .set((row) => ({ attempts: row('attempts', '+', 1), next_attempt_at: leaseUntil }))
    .where('endpoint_id', '=', webhookId)
    .where('event_id', 'in', (deliveries) =>
      deliveries
        .selectFrom('webhook_deliveries')
        .select('event_id')
        .where('endpoint_id', '=', webhookId)
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .orderBy('event_id')
        .limit(limit),
    )
    // Repeated here, because PostgreSQL checks only this condition again if another process was faster.
    .where('next_attempt_at', '<=', now)
    .returningAll(),
)

/** Claims due deliveries of one webhook; none if it was disabled or deleted meanwhile. See `queue/queue.ts`. */
export async function claimDeliveries(
  tx: Transaction,
  webhookId: string,
  { now, leaseUntil, limit }: { now: number; leaseUntil: number; limit: number },
): Promise<ClaimedDelivery[]> {
  const destination = await findDestination(tx, webhookId)
  if (destination === undefined) return []
  const rows = await claim(tx, webhookId, now, leaseUntil, limit)
  return rows
    .map((row) => ({ ...toDelivery(row), ...destination }))
    .toSorted((one, other) => one.eventId - other.eventId)
}

/** Extends leases. */
export async function renewDeliveries(
  tx: Transaction,
  deliveries: readonly Delivery[],
  leaseUntil: number,
): Promise<void> {
  for (const group of alike(deliveries, ({ webhookId, attempts }) => [webhookId, attempts])) {
    await tx
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at: leaseUntil })
      .where((row) => row.and(claimedAs(row, group)))
      .execute()
  }
}

/** Records the results of deliveries: one statement for all deliveries of a webhook with the same result. */
export async function settleDeliveries(tx: Transaction, settled: readonly Settled<Delivery>[]): Promise<void> {
  const groups = alike(settled, ({ work, verdict, result: { status, reason } }) => [
    ...[work.webhookId, work.attempts, status, reason],
    ...Object.values(verdict),
  ])
  for (const group of groups) {
    const deliveries = group.map(({ work }) => work) as unknown as NonEmpty<Delivery>
    const change = tx.updateTable('webhook_deliveries').where((row) => row.and(claimedAs(row, deliveries)))
    const [{ verdict, result }] = group
    if (verdict.kind === 'returned') {
      await change
        .set((row) => ({ attempts: row('attempts', '-', 1), next_attempt_at: row.ref('queued_at') }))
        .execute()
      continue
    }
    await change
      .set({
        next_attempt_at: verdict.kind === 'retry' ? verdict.nextAttemptAt : null,
        delivered_at: verdict.kind === 'done' ? verdict.at : null,
        given_up_at: verdict.kind === 'given_up' ? verdict.at : null,
        last_status: result.status ?? null,
        last_error: result.reason ?? null,
      })
      .execute()
  }
}

const oldestPending = prepared((db, webhookId: string) =>
  db
    .selectFrom('webhook_deliveries')
    .select(['event_id', 'queued_at'])
    .where('endpoint_id', '=', webhookId)
    .where('next_attempt_at', 'is not', null)
    .orderBy('event_id')
    .limit(1),
)

/** When the oldest waiting delivery of a webhook was queued; undefined if none is waiting. */
export async function oldestQueuedAt(db: Queryable, webhookId: string): Promise<number | undefined> {
  return (await oldestPending(db, webhookId))[0]?.queued_at
}

const newestBeyond = prepared((db, webhookId: string, limit: number) =>
  db
    .selectFrom('webhook_deliveries')
    .select('event_id')
    .where('endpoint_id', '=', webhookId)
    .where('next_attempt_at', 'is not', null)
    .orderBy('event_id', 'desc')
    .limit(1)
    .offset(limit),
)

/**
 * The newest event beyond the `limit` newest waiting ones of a webhook; undefined if no more than `limit` wait. Counts
 * them, so it takes longer the more there are.
 */
export async function findExcess(db: Queryable, webhookId: string, limit: number): Promise<number | undefined> {
  return (await newestBeyond(db, webhookId, limit))[0]?.event_id
}

const giveUp = preparedChange(
  (db, webhookId: string, before: number, lastEventId: number, now: number, reason: string, limit: number) =>
    db
      .updateTable('webhook_deliveries')
      .set({ given_up_at: now, next_attempt_at: null, last_error: reason })
      .where('endpoint_id', '=', webhookId)
      .where('event_id', 'in', (deliveries) =>
        deliveries
          .selectFrom((oldest) =>
            oldest
              .selectFrom('webhook_deliveries')
              .select(['event_id', 'queued_at'])
              .where('endpoint_id', '=', webhookId)
              .where('next_attempt_at', 'is not', null)
              .orderBy('event_id')
              .limit(limit)
              .as('oldest'),
          )
          .select('event_id')
          .where((row) => row.or([row('queued_at', '<', before), row('event_id', '<=', lastEventId)])),
      )
      .where('next_attempt_at', 'is not', null),
)

/**
 * Gives up the oldest waiting deliveries of a webhook: those queued before `before`, or with events up to
 * `lastEventId`; at most `limit` of them.
 *
 * @returns how many
 */
export async function giveUpOldest(
  tx: Transaction,
  webhookId: string,
  {
    before,
    lastEventId,
    now,
    reason,
    limit,
  }: Record<'before' | 'lastEventId' | 'now' | 'limit', number> & { reason: string },
): Promise<number> {
  return giveUp(tx, webhookId, before, lastEventId, now, reason, limit)
}

/** The condition that nobody has claimed these deliveries of one webhook since they were read. */
function claimedAs(row: ExpressionBuilder<Tables, 'webhook_deliveries'>, deliveries: NonEmpty<Delivery>) {
  const [{ webhookId, attempts }] = deliveries
  const ids = deliveries.map(({ eventId }) => eventId)
  return [
    row('endpoint_id', '=', webhookId),
    row('event_id', 'in', ids),
    row('attempts', '=', attempts),
    row('next_attempt_at', 'is not', null),
  ]
}

type NonEmpty<Item> = readonly [Item, ...Item[]]

/** Groups items with the same facts. */
function alike<Item>(items: readonly Item[], factsOf: (item: Item) => readonly unknown[]): NonEmpty<Item>[] {
  return [...Map.groupBy(items, (item) => JSON.stringify(factsOf(item))).values()] as unknown as NonEmpty<Item>[]
}
