import type { WebhookEventName } from './webhook-events.ts'

/** A receiver of events. Does not contain its secrets. */
export type Webhook = {
  id: string
  url: string
  description: string
  /** The events it receives, by name. */
  events: WebhookEventName[]
  createdAt: number
  /** Set while it receives no events. */
  disabledAt: number | undefined
  /** Until when requests are also signed with the previous secret; undefined: there is none. */
  formerSecretUntil: number | undefined
}

/** `pending`: waiting to be delivered, for the first time or again. */
export const deliveryStates = ['pending', 'delivered', 'given_up'] as const

export type DeliveryState = (typeof deliveryStates)[number]

/** The delivery of an event to one webhook. */
export type Delivery = {
  webhookId: string
  /** The id in the audit log. */
  eventId: number
  event: string
  /** The body of the request. */
  payload: string
  queuedAt: number
  /** How often it was claimed. */
  attempts: number
  nextAttemptAt: number | undefined
  deliveredAt: number | undefined
  givenUpAt: number | undefined
  /** The status of the last response; undefined if there was none. */
  lastStatus: number | undefined
  lastError: string | undefined
}

/** The state of a delivery. */
export function deliveryState({ deliveredAt, nextAttemptAt }: Delivery): DeliveryState {
  if (nextAttemptAt !== undefined) return 'pending'
  return deliveredAt === undefined ? 'given_up' : 'delivered'
}

/**
 * The `webhook-id`, by which a receiver recognises a message that arrives twice: the same for each attempt. The time
 * distinguishes it from another event that gets the same number after a backup was restored.
 */
export function messageId({ eventId, queuedAt }: Pick<Delivery, 'eventId' | 'queuedAt'>): string {
  return `evt_${eventId}_${queuedAt.toString(36)}`
}
