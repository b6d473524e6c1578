import { wireName } from '../platform/wire-name.ts'
import type { AuditActor } from './events.ts'

/** Who did it, as the API and webhooks tell it. */
type WireActor = { type: string; account_id?: number; service?: string }

/** Tells who did it. */
export function wireActor(actor: AuditActor): WireActor {
  if (typeof actor === 'string') return { type: actor }
  return 'service' in actor
    ? { type: 'service', service: actor.service }
    : { type: 'account', account_id: actor.accountId }
}

/** Tells an event's own fields. */
export function wireFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [wireName(name), value]))
}
