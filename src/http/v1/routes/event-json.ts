import { Type } from 'typebox'
import { auditEvents } from '../../../audit/event-meanings.ts'
import type { AuditEvent } from '../../../audit/event-search-store.ts'
import type { AuditEventName } from '../../../audit/events.ts'
import { wireActor, wireFacts } from '../../../audit/wire-event.ts'
import { orNull, timeSchema, wireTime } from '../wire.ts'

/** The name of an event. */
export const eventName = Type.Enum(Object.keys(auditEvents) as AuditEventName[])

/** An event of the audit log. */
export const eventSchema = Type.Object(
  {
    id: Type.Integer(),
    at: timeSchema,
    event: eventName,
    account_id: orNull(Type.Integer({ description: 'The account it happened to' })),
    session_id: orNull(Type.String()),
    actor: Type.Object({
      type: Type.Enum(['account', 'service', 'anonymous', 'command_line', 'server']),
      account_id: Type.Optional(Type.Integer()),
      service: Type.Optional(Type.String()),
    }),
    address: Type.String({ description: 'The client address; empty if there was no request' }),
    user_agent: Type.String(),
    facts: Type.Record(Type.String(), Type.Unknown()),
  },
  { title: 'AuditEvent' },
)

const username = orNull(Type.String({ description: 'The current username; null if the account is gone' }))

/** The same for administrators: with the names of the accounts. */
export const namedEventSchema = Type.Object({
  ...eventSchema.properties,
  username,
  actor: Type.Object({ ...eventSchema.properties.actor.properties, username: Type.Optional(username) }),
})

/** The ids of the accounts that events name. */
export function accountsIn(events: readonly AuditEvent[]): number[] {
  const ids = events.flatMap(({ accountId, origin: { actor } }) => [
    accountId,
    typeof actor === 'object' && 'accountId' in actor ? actor.accountId : undefined,
  ])
  return [...new Set(ids.filter((id) => id !== undefined))]
}

/** An event in the form of `namedEventSchema`. @param names the usernames of accounts by id */
export function presentNamedEvent(one: AuditEvent, names: ReadonlyMap<number, string>) {
  const event = presentEvent(one)
  const { actor } = event
  const actorId = 'account_id' in actor ? actor.account_id : undefined
  return {
    ...event,
    username: names.get(one.accountId ?? 0) ?? null,
    actor: actorId === undefined ? actor : { ...actor, username: names.get(actorId) ?? null },
  }
}

/** An event as administrators see it. */
function presentEvent(one: AuditEvent) {
  return {
    id: one.id,
    at: wireTime(one.at),
    event: one.event,
    account_id: one.accountId ?? null,
    session_id: one.sessionId ?? null,
    actor: wireActor(one.origin.actor),
    address: one.origin.address,
    user_agent: one.origin.userAgent,
    facts: wireFacts(one.facts),
  }
}

/**
 * An event as shown to the account it happened to. It does not show administrators who acted, nor services. It does
 * show a stranger who tried a password.
 */
export function presentOwnEvent(one: AuditEvent, accountId: number) {
  const { actor } = one.origin
  if (actor === 'anonymous') return presentEvent(one)
  if (typeof actor === 'object' && 'accountId' in actor && actor.accountId === accountId) return presentEvent(one)
  const { type } = wireActor(actor)
  return { ...presentEvent(one), actor: { type }, address: '', user_agent: '' }
}
