import type { Generated } from 'kysely'

/** Mail to be sent, and for a while what was. */
export type MailOutboxTable = {
  /** In the order of queueing. */
  number: Generated<number>
  /** Random; also the `Message-ID`, by which a receiver knows a mail that comes twice. */
  id: string
  /** Which message. */
  kind: string
  account_id: number | null
  recipient: string
  /** What the message says, as a JSON object; emptied when it is done. */
  facts: string
  /** The one-time tokens in its links as a JSON array, under a key derived from SECRET_KEY. Null: none, or done. */
  sealed_tokens: string | null
  queued_at: number
  /** Not worth sending from then on. */
  expires_at: number
  /** How often it was claimed; proves whose the lease is. `queue/queue.ts` explains the words. */
  attempts: number
  /** When it may be claimed (again): while it is leased, when the lease runs out. Null: sent or given up. */
  next_attempt_at: number | null
  delivered_at: number | null
  given_up_at: number | null
  last_error: string | null
}

/** Programs elsewhere that are told of events. */
export type WebhookEndpointsTable = {
  id: string
  url: string
  /** What administrators wrote of it. */
  description: string
  /** What requests to it are signed with, under a key derived from SECRET_KEY. */
  sealed_secret: string
  /** The one before, until `former_secret_until`. */
  sealed_former_secret: string | null
  former_secret_until: number | null
  created_at: number
  /** Set while nothing is told to it. */
  disabled_at: number | null
}

/** Which endpoint is told of which events. */
export type WebhookSubscriptionsTable = {
  event: string
  endpoint_id: string
}

/** Events to be told, and for a while those that were. */
export type WebhookDeliveriesTable = {
  endpoint_id: string
  /** That of the audit log. */
  event_id: number
  event: string
  /** Whom the event is about; null: nobody, or it was queued before this was kept. */
  account_id: number | null
  /** The body of the request, JSON. */
  payload: string
  queued_at: number
  /** How often it was claimed; proves whose the lease is. `queue/queue.ts` explains the words. */
  attempts: number
  /** When it may be claimed (again): while it is leased, when the lease runs out. Null: done or given up. */
  next_attempt_at: number | null
  delivered_at: number | null
  given_up_at: number | null
  /** The status of the last answer; null if there was none. */
  last_status: number | null
  last_error: string | null
}

/** Destinations of queues that do not answer. One that answers has no row. */
export type QueueLanesTable = {
  /** `mail` or `webhooks`. */
  queue: string
  /** `smtp`, or the id of the webhook. */
  lane: string
  failing_since: number
  /** How often in a row it has failed. */
  failures: number
  /** When it is tried next. */
  retry_at: number
  last_error: string
}

/** How often something happened in each hour, in all processes together. */
export type HourlyCountsTable = {
  /** When the hour began. */
  hour: number
  /** What happened: a name of the list in `statistics/`. */
  name: string
  count: number
}
