import { Type } from 'typebox'
import type { ReadAuditLog } from '../../flows/read-audit-log.ts'
import { eventName, eventSchema, presentEvent, presentOwnEvent } from './event-json.ts'
import { type ApiRoute, apiRoute, callerOf } from './route.ts'
import { idSchema, orNull } from './wire.ts'

const PAGE = 50
const LARGEST_PAGE = 200

const page = Type.Object({
  events: Type.Array(eventSchema),
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
