import type { WebhookEventName } from './webhook-events.ts'

/** A program elsewhere that is told of events. Its secrets are another matter. */
export type Webhook = {
  id: string
  url: string
  description: string
  /** Which events it is told, by name. */
  events: WebhookEventName[]
  createdAt: number
  /** Set while nothing is told to it. */
  disabledAt: number | undefined
  /** Until when requests are signed with the former secret too; undefined: there is none. */
  formerSecretUntil: number | undefined
}

/** `pending`: yet to be delivered, for the first time or again. */
export const deliveryStates = ['pending', 'delivered', 'given_up'] as const

export type DeliveryState = (typeof deliveryStates)[number]

/** An event that is told to one webhook. */
export type Delivery = {
  webhookId: string
  /** That of the audit log. */
  eventId: number
  event: string
  /** The body of the request. */
  payload: string
  queuedAt: number
  /** How often it was taken up. */
  attempts: number
  nextAttemptAt: number | undefined
  deliveredAt: number | undefined
  givenUpAt: number | undefined
  /** The status of the last answer; undefined if there was none. */
  lastStatus: number | undefined
  lastError: string | undefined
}

/** What became of a delivery so far. */
export function deliveryState({ deliveredAt, nextAttemptAt }: Delivery): DeliveryState {
  if (nextAttemptAt !== undefined) return 'pending'
  return deliveredAt === undefined ? 'given_up' : 'delivered'
}

/**
 * The `webhook-id`, by which a receiver knows a message that comes twice: the same at each attempt. The time keeps it
 * apart from that of another event with the same number, once a backup was restored.
 */
export function messageId({ eventId, queuedAt }: Pick<Delivery, 'eventId' | 'queuedAt'>): string {
  return `evt_${eventId}_${queuedAt.toString(36)}`
}
