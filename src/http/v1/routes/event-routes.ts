import { Type } from 'typebox'
import type { AuditEvent, AuditPage, AuditQuery } from '../../../audit/event-search-store.ts'
import { AuthError } from '../../../errors.ts'
import type { FindUsernames, IdOfUsername } from '../../../flows/accounts/names/account-names.ts'
import { callerOf } from '../../credentials/caller.ts'
import { nextPage, PAGE, pageLimit, pageStart } from '../page.ts'
import { type ApiRoute, apiRoute } from '../route.ts'
import { idSchema, momentParameter, readId, readMoment, usernameParameter } from '../wire.ts'
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
  findEvent(id: number): Promise<AuditEvent | undefined>
  idOfUsername: IdOfUsername
  findUsernames: FindUsernames
}

/** The audit log: one's own events, and for administrators all events. */
export function eventRoutes({ listEvents, findEvent, findUsernames, idOfUsername }: EventRouteParts): ApiRoute[] {
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
        username: usernameParameter('Username or email address of the account that the events happened to'),
        actor: usernameParameter('Username or email address of the account that acted'),
        address: Type.Optional(
          Type.String({ minLength: 1, maxLength: 64, description: "The client's address, or its beginning" }),
        ),
        since: momentParameter('Only events at this time or later'),
        until: momentParameter('Only events before this time'),
        ...pageQuery,
      }),
      answer: { status: 200, schema: namedPage },
      handle: async ({ query: { limit = PAGE, before, event, ...query } }) => {
        const wanted = {
          accountId: query.account_id ?? (await idOfUsername(query.username)),
          actorId: query.actor_id ?? (await idOfUsername(query.actor)),
          since: readMoment('since', query.since),
          until: readMoment('until', query.until),
          address: query.address,
          beforeId: before,
          event,
          limit,
        }
        const { events, nextBeforeId } = await listEvents(wanted)
        const names = await findUsernames(accountsIn(events))
        return { events: events.map((one) => presentNamedEvent(one, names)), next: nextBeforeId ?? null }
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/admin/events/:id',
      access: 'staff',
      permission: 'events.view',
      tag: 'administration',
      summary: 'Get an event of the audit log',
      answer: { status: 200, schema: namedEventSchema },
      refusals: ['not_found'],
      handle: async ({ params }) => {
        const event = await findEvent(readId(params.id))
        if (event === undefined) throw new AuthError('not_found')
        return presentNamedEvent(event, await findUsernames(accountsIn([event])))
      },
    }),
  ]
}
