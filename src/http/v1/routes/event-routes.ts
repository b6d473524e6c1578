import { Type } from 'typebox'
import type { AuditPage, AuditQuery } from '../../../audit/audit-store.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../page.ts'
import { type ApiRoute, apiRoute, callerOf } from '../route.ts'
import { idSchema, momentParameter, readMoment } from '../wire.ts'
import { eventName, eventSchema, presentEvent, presentOwnEvent } from './event-json.ts'

const page = Type.Object({
  events: Type.Array(eventSchema),
  next: nextPage('before'),
})

const pageQuery = {
  event: Type.Optional(eventName),
  before: pageStart('Only events before the one with this id'),
  limit: pageLimit,
}

export type EventRouteParts = { listEvents(query: AuditQuery): Promise<AuditPage> }

/** The audit log: one's own events, and for administrators all events. */
export function eventRoutes({ listEvents }: EventRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/me/events',
      access: 'caller',
      tag: 'sessions',
      summary: 'List the events of my account, newest first',
      description: 'If somebody else acted, the event leaves out their address, user agent and id.',
      query: Type.Object(pageQuery),
      answer: { status: 200, schema: page },
      handle: async ({ request, query: { limit = PAGE, before, event } }) => {
        const { id } = callerOf(request).account
        const { events, nextBeforeId } = await listEvents({ accountId: id, beforeId: before, event, limit })
        return { events: events.map((one) => presentOwnEvent(one, id)), next: nextBeforeId ?? null }
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/admin/events',
      access: 'staff',
      permission: 'events.view',
      tag: 'administration',
      summary: 'Read the audit log, newest first',
      query: Type.Object({
        account_id: Type.Optional(idSchema),
        since: momentParameter('Not before this moment'),
        ...pageQuery,
      }),
      answer: { status: 200, schema: page },
      handle: async ({ query: { account_id: accountId, limit = PAGE, before, event, since } }) => {
        const from = readMoment('since', since)
        const { events, nextBeforeId } = await listEvents({ accountId, since: from, beforeId: before, event, limit })
        return { events: events.map(presentEvent), next: nextBeforeId ?? null }
      },
    }),
  ]
}
