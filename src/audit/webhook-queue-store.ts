import { sql } from 'kysely'
import { preparedChange, type Queryable } from '../storage/prepared.ts'
import type { WebhookEventName } from './webhook-events.ts'

const queue = preparedChange((db, event: string, event_id: number, payload: string, now: number) =>
  db
    .insertInto('webhook_deliveries')
    .columns(['endpoint_id', 'event_id', 'event', 'payload', 'queued_at', 'attempts', 'next_attempt_at'])
    .expression((deliveries) =>
      deliveries
        .selectFrom('webhook_subscriptions')
        .innerJoin('webhook_endpoints', 'webhook_endpoints.id', 'webhook_subscriptions.endpoint_id')
        .where('webhook_subscriptions.event', '=', event)
        .where('webhook_endpoints.disabled_at', 'is', null)
        // PostgreSQL takes a bare parameter for text here.
        .select([
          'webhook_endpoints.id',
          sql<number>`cast(${event_id} as bigint)`.as('event_id'),
          'webhook_subscriptions.event',
          sql<string>`cast(${payload} as text)`.as('payload'),
          sql<number>`cast(${now} as bigint)`.as('queued_at'),
          sql<number>`0`.as('attempts'),
          sql<number>`cast(${now} as bigint)`.as('next_attempt_at'),
        ]),
    ),
)

/**
 * Queues an event for every webhook that is to tell it, in the transaction of the event: if that is committed it will be
 * told, and only then. `webhooks/` delivers it.
 */
export async function queueForWebhooks(
  tx: Queryable,
  event: WebhookEventName,
  { eventId, payload, now }: { eventId: number; payload: string; now: number },
): Promise<void> {
  await queue(tx, event, eventId, payload, now)
}
