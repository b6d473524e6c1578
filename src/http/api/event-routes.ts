import { Type } from 'typebox'
import type { AuditEvent } from '../../audit/audit-store.ts'
import { type AuditActor, type AuditEventName, auditEvents } from '../../audit/events.ts'
import type { ReadAuditLog } from '../../flows/read-audit-log.ts'
import { type ApiRoute, apiRoute, callerOf } from './route.ts'
import { idSchema, orNull, timeSchema, wireTime } from './wire.ts'

const PAGE = 50
const LARGEST_PAGE = 200

const eventName = Type.Enum(Object.keys(auditEvents) as AuditEventName[])

const event = Type.Object({
  id: Type.Integer(),
  at: timeSchema,
  event: eventName,
  account_id: orNull(Type.Integer({ description: 'Whom it happened to' })),
  session_id: orNull(Type.String()),
  actor: Type.Object({
    type: Type.Enum(['account', 'service', 'anonymous', 'command_line', 'server']),
    account_id: Type.Optional(Type.Integer()),
    service: Type.Optional(Type.String()),
  }),
  address: Type.String({ description: 'Where the request came from; empty if there was none' }),
  user_agent: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
})
const page = Type.Object({
  events: Type.Array(event),
  next: orNull(Type.Integer({ description: 'The `before` of the next page; null if there is none' })),
})

const pageQuery = {
  event: Type.Optional(eventName),
  before: Type.Optional(Type.Integer({ ...idSchema, description: 'Only events before the one with this id' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, description: `Default ${PAGE}` })),
}

export type EventRouteParts = { readAuditLog: ReadAuditLog }

/** The audit log: one's own part of it, and for administrators all of it. */
export function eventRoutes({ readAuditLog }: EventRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/me/events',
      access: 'caller',
      tag: 'sessions',
      summary: 'What happened to my account, newest first',
      description: 'Where somebody else acted, their address, user agent and id are left out.',
      query: Type.Object(pageQuery),
      answer: { status: 200, schema: page },
      handle: async ({ request, query: { limit = PAGE, before, event } }) => {
        const { id } = callerOf(request).account
        const { events, nextBeforeId } = await readAuditLog({ accountId: id, beforeId: before, event, limit })
        return { events: events.map((one) => presentOwnEvent(one, id)), next: nextBeforeId ?? null }
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/admin/events',
      access: 'staff',
      permission: 'events.view',
      tag: 'administration',
      summary: 'The audit log, newest first',
      query: Type.Object({
        account_id: Type.Optional(idSchema),
        since: Type.Optional(Type.String({ format: 'date-time', description: 'Not before this moment' })),
        ...pageQuery,
      }),
      answer: { status: 200, schema: page },
      handle: async ({ query: { account_id: accountId, limit = PAGE, before, event, since } }) => {
        const from = since === undefined ? undefined : Date.parse(since)
        const { events, nextBeforeId } = await readAuditLog({ accountId, since: from, beforeId: before, event, limit })
        return { events: events.map(presentEvent), next: nextBeforeId ?? null }
      },
    }),
  ]
}

function presentEvent(one: AuditEvent) {
  return {
    id: one.id,
    at: wireTime(one.at),
    event: one.event,
    account_id: one.accountId ?? null,
    session_id: one.sessionId ?? null,
    actor: presentActor(one.origin.actor),
    address: one.origin.address,
    user_agent: one.origin.userAgent,
    facts: Object.fromEntries(Object.entries(one.facts).map(([name, value]) => [snakeCase(name), value])),
  }
}

/** Administrators are not shown to those they act upon, nor are services. A stranger who tried a password is. */
export function presentOwnEvent(one: AuditEvent, accountId: number) {
  const { actor } = one.origin
  if (actor === 'anonymous') return presentEvent(one)
  if (typeof actor === 'object' && 'accountId' in actor && actor.accountId === accountId) return presentEvent(one)
  const { type } = presentActor(actor)
  return { ...presentEvent(one), actor: { type }, address: '', user_agent: '' }
}

function presentActor(actor: AuditActor): { type: string; account_id?: number; service?: string } {
  if (typeof actor === 'string') return { type: actor }
  return 'service' in actor
    ? { type: 'service', service: actor.service }
    : { type: 'account', account_id: actor.accountId }
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
