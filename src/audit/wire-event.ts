import { wireName } from '../platform/wire-name.ts'
import type { AuditActor } from './events.ts'

/** The actor, as the API and webhooks show it. */
type WireActor = { type: string; account_id?: number; service?: string }

/** Converts an actor to its wire form. */
export function wireActor(actor: AuditActor): WireActor {
  if (typeof actor === 'string') return { type: actor }
  return 'service' in actor
    ? { type: 'service', service: actor.service }
    : { type: 'account', account_id: actor.accountId }
}

/** Converts the facts of an event to their wire form. */
export function wireFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [wireName(name), value]))
}
