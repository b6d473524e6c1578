import type { AuditActor } from './events.ts'

/** What a webhook tells of an event. Who and what, but not from where: whoever needs that reads the audit log. */
export type ToldEvent = {
  id: number
  at: number
  event: string
  accountId: number | undefined
  sessionId: string | undefined
  actor: AuditActor
  facts: Readonly<Record<string, unknown>>
}

/** The body of the request, in the form that Standard Webhooks recommends: `type`, `timestamp`, `data`. */
export function webhookPayload({ id, at, event, accountId, sessionId, actor, facts }: ToldEvent): string {
  return JSON.stringify({
    type: event,
    timestamp: new Date(at).toISOString(),
    data: {
      event_id: id,
      account_id: accountId ?? null,
      session_id: sessionId ?? null,
      actor: presentActor(actor),
      facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [snakeCase(name), value])),
    },
  })
}

function presentActor(actor: AuditActor) {
  if (typeof actor === 'string') return { type: actor }
  return 'service' in actor
    ? { type: 'service', service: actor.service }
    : { type: 'account', account_id: actor.accountId }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
