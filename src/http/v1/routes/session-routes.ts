import { Type } from 'typebox'
import { AuthError } from '../../../errors.ts'
import type { EndSessions } from '../../../flows/sessions/end-sessions.ts'
import type { ListedSession, ListSessions } from '../../../flows/sessions/list-sessions.ts'
import { deviceName } from '../../../sessions/device-name.ts'
import { sessionEndReasons } from '../../../sessions/session.ts'
import { type ApiRoute, administratorOf, apiRoute, callerOf, ownerOf } from '../route.ts'
import { idSchema, orNull, timeSchema, wireTime } from '../wire.ts'

export type SessionRouteParts = { endSessions: EndSessions; listSessions: ListSessions }

const endReason = Type.Enum([...sessionEndReasons])

const session = Type.Object({
  id: Type.String({ description: 'The `sid` claim of its tokens; not a secret' }),
  created_at: timeSchema,
  last_seen_at: Type.String({ format: 'date-time', description: 'Time of the login or the last refresh' }),
  expires_at: Type.String({ format: 'date-time', description: 'When the session ends unless it is refreshed' }),
  address: Type.String({ description: 'The client address of the login' }),
  device: Type.String({ description: 'Derived from the `User-Agent` of the login; a hint, not proof' }),
  is_current: Type.Boolean(),
  amr: Type.Array(Type.String(), { description: 'How the user authenticated, as RFC 8176 values' }),
  ended_at: orNull(timeSchema),
  end_reason: orNull(endReason),
})
const sessions = Type.Object({ sessions: Type.Array(session) })
const ended = Type.Object({ ended: Type.Integer({ minimum: 0, description: 'How many sessions this request ended' }) })

const listQuery = Type.Object({
  ended: Type.Optional(
    Type.Boolean({ description: 'Whether to include ended sessions that are still stored. Default false' }),
  ),
})
const ofAccount = { account_id: idSchema }

/** One's own sessions, and for administrators those of any account. */
export function sessionRoutes({ endSessions, listSessions }: SessionRouteParts): ApiRoute[] {
  return [
    apiRoute({
      method: 'GET',
      path: '/me/sessions',
      access: 'caller',
      tag: 'sessions',
      summary: 'List my sessions, newest first',
      query: listQuery,
      answer: { status: 200, schema: sessions },
      handle: async ({ request, query }) => {
        const { account, sessionId } = callerOf(request)
        return presentSessions(await listSessions(account.id), sessionId, query.ended)
      },
    }),
    apiRoute({
      method: 'DELETE',
      path: '/me/sessions/:id',
      access: 'caller',
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
      summary: 'List the sessions of an account, newest first',
      query: Type.Object({ ...ofAccount, ...listQuery.properties }),
      answer: { status: 200, schema: sessions },
      handle: async ({ request, query }) =>
        presentSessions(await listSessions(query.account_id), callerOf(request).sessionId, query.ended),
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

function presentSessions(listed: readonly ListedSession[], currentId: string | undefined, withEnded = false) {
  const shown = listed.filter(({ endReason }) => withEnded || endReason === undefined)
  return { sessions: shown.map((one) => presentSession(one, currentId)) }
}

function presentSession({ session, endReason }: ListedSession, currentId: string | undefined) {
  return {
    id: session.id,
    created_at: wireTime(session.createdAt),
    last_seen_at: wireTime(session.refreshedAt),
    expires_at: wireTime(session.refreshExpiresAt),
    address: session.address,
    device: deviceName(session.userAgent),
    is_current: session.id === currentId,
    amr: session.amr,
    ended_at: wireTime(session.endedAt ?? (hasExpired(endReason) ? session.refreshExpiresAt : undefined)),
    end_reason: endReason ?? null,
  }
}

function hasExpired(endReason: ListedSession['endReason']): boolean {
  return endReason === 'idle' || endReason === 'expired'
}
