import { sql } from 'kysely'
import { preparedChange, type Transaction } from '../storage/prepared.ts'
import type { WebhookEventName } from './webhook-events.ts'

/**
 * How many deliveries about one account may wait for one webhook. Further events are not delivered. Otherwise, somebody
 * who produces endless events could fill the queue while the receiver is down, and push out all other events.
 */
export const WAITING_PER_ACCOUNT = 10_000

/** An event for webhooks. */
type QueuedEvent = {
  /** The id in the audit log. */
  eventId: number
  event: WebhookEventName
  accountId: number | undefined
  /** The body of the request. */
  payload: string
}

const queue = preparedChange(
  (db, event: string, event_id: number, account_id: number | null, payload: string, now: number) =>
    db
      .insertInto('webhook_deliveries')
      .columns([
        'endpoint_id',
        'event_id',
        'event',
        'account_id',
        'payload',
        'queued_at',
        'attempts',
        'next_attempt_at',
      ])
      .expression((deliveries) =>
        deliveries
          .selectFrom('webhook_subscriptions')
          .innerJoin('webhook_endpoints', 'webhook_endpoints.id', 'webhook_subscriptions.endpoint_id')
          .where('webhook_subscriptions.event', '=', event)
          .where('webhook_endpoints.disabled_at', 'is', null)
          .where((row) =>
            row(
              row
                .selectFrom((waiting) =>
                  waiting
                    .selectFrom('webhook_deliveries as earlier')
                    .select('earlier.event_id')
                    .whereRef('earlier.endpoint_id', '=', 'webhook_endpoints.id')
                    // PostgreSQL treats a bare parameter as text, here and below.
                    .where('earlier.account_id', '=', sql<number>`cast(${account_id} as bigint)`)
                    .where('earlier.next_attempt_at', 'is not', null)
                    .limit(WAITING_PER_ACCOUNT)
                    .as('waiting'),
                )
                .select(({ fn }) => fn.countAll<number>().as('count')),
              '<',
              WAITING_PER_ACCOUNT,
            ),
          )
          .select([
            'webhook_endpoints.id',
            sql<number>`cast(${event_id} as bigint)`.as('event_id'),
            'webhook_subscriptions.event',
            sql<number | null>`cast(${account_id} as bigint)`.as('account_id'),
            sql<string>`cast(${payload} as text)`.as('payload'),
            sql<number>`cast(${now} as bigint)`.as('queued_at'),
            sql<number>`0`.as('attempts'),
            sql<number>`cast(${now} as bigint)`.as('next_attempt_at'),
          ]),
      ),
)

/**
 * Queues an event for every webhook that subscribes to it, in the transaction of the event: it is delivered only if
 * that is committed.
 */
export async function queueEvent(tx: Transaction, event: QueuedEvent, now: number): Promise<void> {
  await queue(tx, event.event, event.eventId, event.accountId ?? null, event.payload, now)
}
