import { Type } from 'typebox'
import { AuthError } from '../../../errors.ts'
import type { IdOfUsername } from '../../../flows/accounts/names/account-names.ts'
import type { EndSessions } from '../../../flows/sessions/end-sessions.ts'
import type { GetSession, ListSessions } from '../../../flows/sessions/list-sessions.ts'
import { callerOf } from '../../credentials/caller.ts'
import { PAGE, pageLimit } from '../page.ts'
import { type ApiRoute, administratorOf, apiRoute, ownerOf } from '../route.ts'
import { idSchema } from '../wire.ts'
import { createReadSessionFilter, sessionFilterMembers } from './session-filter.ts'
import {
  allSessions,
  endReason,
  ownSessions,
  presentSession,
  presentSessionOfAll,
  readSessionCursor,
  sessionOfAll,
  writeSessionCursor,
} from './session-json.ts'

export type SessionRouteParts = {
  endSessions: EndSessions
  listSessions: ListSessions
  getSession: GetSession
  idOfUsername: IdOfUsername
}

const ended = Type.Object({ ended: Type.Integer({ minimum: 0, description: 'How many sessions this request ended' }) })

const listQuery = {
  ended: Type.Optional(
    Type.Boolean({ description: 'Whether to include ended sessions that are still stored. Default false' }),
  ),
  cursor: Type.Optional(Type.String({ description: 'The `next` of the previous page' })),
  limit: pageLimit,
}
const ownQuery = Type.Object(listQuery)

const listedStates = { running: 'living', ended: 'over', all: 'all' } as const

const allQuery = Type.Object({
  ...sessionFilterMembers,
  state: Type.Optional(
    Type.Enum(['running', 'ended', 'all'], { description: 'Default `running`, or `all` with `ended=true`' }),
  ),
  end_reason: Type.Optional(endReason),
  ...listQuery,
})

const ofAccount = { account_id: idSchema }

/** One's own sessions, and for administrators those of any account. */
export function sessionRoutes({ endSessions, listSessions, getSession, idOfUsername }: SessionRouteParts): ApiRoute[] {
  const filterOf = createReadSessionFilter(idOfUsername)

  return [
    apiRoute({
      method: 'GET',
      path: '/me/sessions',
      access: 'caller',
      tag: 'sessions',
      summary: 'List my sessions, newest first',
      query: ownQuery,
      answer: { status: 200, schema: ownSessions },
      handle: async ({ request, query: { ended: isWithEnded, cursor, limit = PAGE } }) => {
        const { account, sessionId } = callerOf(request)
        const page = await listSessions({
          filter: { accountId: account.id },
          state: isWithEnded ? 'all' : 'living',
          after: readSessionCursor(cursor),
          limit,
        })
        return {
          sessions: page.sessions.map((one) => presentSession(one, sessionId)),
          next: writeSessionCursor(page.end),
        }
      },
    }),
    apiRoute({
      method: 'DELETE',
      path: '/me/sessions/:id',
      access: 'caller',
      needsSecondFactor: true,
      tag: 'sessions',
      summary: 'End one of my sessions',
      refusals: ['not_found'],
      answer: { status: 204 },
      handle: async (asked) => {
        await endSessions.one(readSessionId(asked.params), ownerOf(asked))
      },
    }),
    apiRoute({
      method: 'POST',
      path: '/me/sessions/end-others',
      access: 'caller',
      needsSecondFactor: true,
      tag: 'sessions',
      summary: 'End all my sessions except this one',
      answer: { status: 200, schema: ended },
      handle: async (asked) => ({ ended: await endSessions.others(ownerOf(asked)) }),
    }),
    apiRoute({
      method: 'DELETE',
      path: '/me/sessions',
      access: 'caller',
      needsRecentLogin: true,
      tag: 'sessions',
      summary: 'End all my sessions, including this one',
      answer: { status: 200, schema: ended },
      handle: async (asked) => {
        const owner = ownerOf(asked)
        return { ended: await endSessions.ofAccount(owner.caller.account.id, owner) }
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/admin/sessions',
      access: 'staff',
      permission: 'sessions.view',
      tag: 'administration',
      summary: 'List the sessions of all accounts, newest first',
      query: allQuery,
      answer: { status: 200, schema: allSessions },
      handle: async ({ request, query }) => {
        const { cursor, limit = PAGE, ended: isWithEnded = false } = query
        const { state = isWithEnded ? 'all' : 'running' } = query
        const page = await listSessions({
          filter: { ...(await filterOf(query)), endReason: query.end_reason },
          state: listedStates[state],
          after: readSessionCursor(cursor),
          limit,
        })
        const { sessionId } = callerOf(request)
        return {
          sessions: page.sessions.map((one) => presentSessionOfAll(one, sessionId)),
          next: writeSessionCursor(page.end),
        }
      },
    }),
    apiRoute({
      method: 'GET',
      path: '/admin/sessions/:id',
      access: 'staff',
      permission: 'sessions.view',
      tag: 'administration',
      summary: 'Get a session that is still stored, running or ended',
      refusals: ['not_found'],
      answer: { status: 200, schema: sessionOfAll },
      handle: async ({ request, params }) =>
        presentSessionOfAll(await getSession(readSessionId(params)), callerOf(request).sessionId),
    }),
    apiRoute({
      method: 'DELETE',
      path: '/admin/sessions/:id',
      access: 'staff',
      permission: 'sessions.delete',
      tag: 'administration',
      summary: 'End a session',
      refusals: ['not_found'],
      answer: { status: 204 },
      handle: async (asked) => {
        await endSessions.one(readSessionId(asked.params), administratorOf(asked))
      },
    }),
    apiRoute({
      method: 'DELETE',
      path: '/admin/sessions',
      access: 'staff',
      permission: 'sessions.delete',
      needsRecentLogin: true,
      tag: 'administration',
      summary: 'End all sessions of an account',
      query: Type.Object(ofAccount),
      answer: { status: 200, schema: ended },
      handle: async (asked) => ({
        ended: await endSessions.ofAccount(asked.query.account_id, administratorOf(asked)),
      }),
    }),
  ]
}

/** @throws AuthError `not_found` if it is not an id, without asking the database */
function readSessionId({ id = '' }: Readonly<Record<string, string>>): string {
  if (/^[\w-]{1,100}$/.test(id)) return id
  throw new AuthError('not_found')
}
