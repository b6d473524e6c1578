import type { RequestInput } from '@latchkey/client'

export type WebhookEvent = RequestInput<'POST /admin/webhooks'>['body']['events'][number]

/** The events that a webhook can receive, in the order in which the form offers them. */
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
] as const satisfies readonly WebhookEvent[]
