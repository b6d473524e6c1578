import { Type } from 'typebox'
import type { AuditPage, AuditQuery } from '../../../audit/audit-store.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../page.ts'
import { type ApiRoute, apiRoute, callerOf } from '../route.ts'
import { idSchema, momentParameter, readMoment } from '../wire.ts'
import {
  accountsIn,
  eventName,
  eventSchema,
  namedEventSchema,
  presentNamedEvent,
  presentOwnEvent,
} from './event-json.ts'

const page = Type.Object({
  events: Type.Array(eventSchema),
  next: nextPage('before'),
})

const namedPage = Type.Object({ ...page.properties, events: Type.Array(namedEventSchema) })

const pageQuery = {
  event: Type.Optional(eventName),
  before: pageStart('Only events before the one with this id'),
  limit: pageLimit,
}

export type EventRouteParts = {
  listEvents(query: AuditQuery): Promise<AuditPage>
  /** The usernames of accounts by id; those that are gone are missing. */
  findUsernames(ids: readonly number[]): Promise<ReadonlyMap<number, string>>
}

/** The audit log: one's own events, and for administrators all events. */
export function eventRoutes({ listEvents, findUsernames }: EventRouteParts): ApiRoute[] {
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
        account_id: Type.Optional(
          Type.Integer({ ...idSchema, description: 'The account that the events happened to' }),
        ),
        actor_id: Type.Optional(Type.Integer({ ...idSchema, description: 'The account that acted' })),
        since: momentParameter('Not before this moment'),
        ...pageQuery,
      }),
      answer: { status: 200, schema: namedPage },
      handle: async ({ query: { account_id: accountId, actor_id: actorId, limit = PAGE, before, event, since } }) => {
        const from = readMoment('since', since)
        const wanted = { accountId, actorId, since: from, beforeId: before, event, limit }
        const { events, nextBeforeId } = await listEvents(wanted)
        const names = await findUsernames(accountsIn(events))
        return { events: events.map((one) => presentNamedEvent(one, names)), next: nextBeforeId ?? null }
      },
    }),
  ]
}
