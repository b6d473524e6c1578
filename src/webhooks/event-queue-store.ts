import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'
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
  /** When it happened, and is due. */
  at: number
}

const columns = {
  event: 'text',
  event_id: 'bigint',
  account_id: 'bigint',
  payload: 'text',
  queued_at: 'bigint',
} as const

/** How many events one statement queues. Their bodies together are below a megabyte. */
const EVENTS_AT_ONCE = 1_000

/**
 * Queues events for every webhook that subscribes to them, in the transaction of the events: they are delivered only if
 * that is committed.
 */
export async function queueEvents(tx: Transaction, events: readonly QueuedEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += EVENTS_AT_ONCE) {
    await queueAtOnce(tx, events.slice(start, start + EVENTS_AT_ONCE))
  }
}

/** In one statement. What waits already is counted once for each webhook and account, not for each event. */
async function queueAtOnce(tx: Transaction, events: readonly QueuedEvent[]): Promise<void> {
  const rows = events.map(({ event, eventId, accountId, payload, at }) => {
    return { event, event_id: eventId, account_id: accountId ?? null, payload, queued_at: at }
  })
  await sql`
    with incoming as (
      select webhook_endpoints.id as endpoint_id, r.event, r.event_id, r.account_id, r.payload, r.queued_at,
        row_number() over (partition by webhook_endpoints.id, r.account_id order by r.event_id) as place
      from ${recordset(tx, rows, columns)} r
      join webhook_subscriptions on webhook_subscriptions.event = r.event
      join webhook_endpoints on webhook_endpoints.id = webhook_subscriptions.endpoint_id
      where webhook_endpoints.disabled_at is null
    ), waiting as (
      select subject.endpoint_id, subject.account_id, (
        select count(*) from (
          select earlier.event_id from webhook_deliveries as earlier
          where earlier.endpoint_id = subject.endpoint_id and earlier.account_id = subject.account_id
            and earlier.next_attempt_at is not null
          limit ${sql.lit(WAITING_PER_ACCOUNT)}
        ) as counted
      ) as count
      from (select distinct endpoint_id, account_id from incoming where account_id is not null) as subject
    )
    insert into webhook_deliveries
      (endpoint_id, event_id, event, account_id, payload, queued_at, attempts, next_attempt_at)
    select incoming.endpoint_id, incoming.event_id, incoming.event, incoming.account_id, incoming.payload, incoming.queued_at, 0, incoming.queued_at
    from incoming
    left join waiting on waiting.endpoint_id = incoming.endpoint_id and waiting.account_id = incoming.account_id
    where coalesce(waiting.count, 0) + incoming.place <= ${sql.lit(WAITING_PER_ACCOUNT)}
    order by incoming.event_id`.execute(tx)
}
