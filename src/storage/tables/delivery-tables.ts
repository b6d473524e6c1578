import type { Generated } from 'kysely'

/** Waiting mail, and for some time mail that was sent. */
export type MailOutboxTable = {
  /** In the order of queueing. */
  number: Generated<number>
  /** Random. Also the `Message-ID`, by which a receiver recognises an email that arrives twice. */
  id: string
  /** Which message. */
  kind: string
  account_id: number | null
  recipient: string
  /** The content of the message, as a JSON object; emptied when it is done. */
  facts: string
  /**
   * The one-time tokens in its links as a JSON array, encrypted under a key derived from SECRET_KEY. Null: none, or
   * done.
   */
  sealed_tokens: string | null
  queued_at: number
  /** Not worth sending after this. */
  expires_at: number
  /** How often it was claimed; proves whose the lease is. `queue/queue.ts` explains the words. */
  attempts: number
  /** When it may be claimed (again); while it is leased, when the lease ends. Null: sent or given up. */
  next_attempt_at: number | null
  delivered_at: number | null
  given_up_at: number | null
  last_error: string | null
}

/** Receivers of events. */
export type WebhookEndpointsTable = {
  id: string
  url: string
  /** A note by administrators. */
  description: string
  /** The secret that signs its requests, encrypted under a key derived from SECRET_KEY. */
  sealed_secret: string
  /** The previous secret, until `former_secret_until`. */
  sealed_former_secret: string | null
  former_secret_until: number | null
  created_at: number
  /** Set while it receives no events. */
  disabled_at: number | null
  /** Set once it is deleted, while its deliveries follow in batches. To everybody else, it is gone. */
  deleted_at: Generated<number | null>
}

/** Which endpoint receives which events. */
export type WebhookSubscriptionsTable = {
  event: string
  endpoint_id: string
}

/** Waiting events, and for some time delivered ones. */
export type WebhookDeliveriesTable = {
  endpoint_id: string
  /** The id in the audit log. */
  event_id: number
  event: string
  /** The account that the event is about; null: none, or queued before this column existed. */
  account_id: number | null
  /** The body of the request, JSON. */
  payload: string
  queued_at: number
  /** How often it was claimed; proves whose the lease is. `queue/queue.ts` explains the words. */
  attempts: number
  /** When it may be claimed (again); while it is leased, when the lease ends. Null: done or given up. */
  next_attempt_at: number | null
  delivered_at: number | null
  given_up_at: number | null
  /** The status of the last response; null if there was none. */
  last_status: number | null
  last_error: string | null
}

/** Destinations that do not respond. A destination that responds has no row. */
export type QueueLanesTable = {
  /** `mail` or `webhooks`. */
  queue: string
  /** `smtp`, or the id of the webhook. */
  lane: string
  failing_since: number
  /** How many times in a row it has failed. */
  failures: number
  /** When to try it next. */
  retry_at: number
  last_error: string
}

/** How often something happened in each hour, over all processes. */
export type HourlyCountsTable = {
  /** When the hour started. */
  hour: number
  /** What happened: a name from the list in `statistics/`. */
  name: string
  count: number
}
