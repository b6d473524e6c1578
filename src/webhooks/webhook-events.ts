import type { AuditEventName } from '../audit/events.ts'

/**
 * The events that webhooks can subscribe to. Failed logins are not among them, because an attacker could produce any
 * number of them.
 */
export const webhookEvents = [
  'account.registered',
  'account.created',
  'account.changed',
  'account.activated',
  'account.deactivated',
  'account.deleted',
  'account.rights_changed',
  'account.permissions_changed',
  'login.succeeded',
  'session.ended',
  'refresh.replayed',
  'password.changed',
  'password.reset',
  'email.verified',
  'email.changed',
] as const satisfies AuditEventName[]

export type WebhookEventName = (typeof webhookEvents)[number]

/** Whether webhooks can subscribe to this event. */
export function isWebhookEvent(event: AuditEventName): event is WebhookEventName {
  return webhookEvents.some((name) => name === event)
}
