import { Type } from 'typebox'
import { fieldRefusal } from '../../../errors.ts'
import type { ListedSession } from '../../../flows/sessions/list-sessions.ts'
import { deviceName } from '../../../sessions/device-name.ts'
import { sessionEndReasons } from '../../../sessions/session.ts'
import type { SessionPosition } from '../../../sessions/session-search-store.ts'
import { orNull, timeSchema, wireTime } from '../wire.ts'

/** Why a session ended. */
export const endReason = Type.Enum([...sessionEndReasons])

const session = Type.Object(
  {
    id: Type.String({ description: 'The `sid` claim of its tokens; not a secret' }),
    created_at: timeSchema,
    last_seen_at: Type.String({ format: 'date-time', description: 'Time of the login or the last refresh' }),
    expires_at: Type.String({ format: 'date-time', description: 'When the session ends unless it is refreshed' }),
    address: Type.String({ description: 'The client address of the login' }),
    device: Type.String({ description: 'Derived from the `User-Agent` of the login; a hint, not proof' }),
    is_current: Type.Boolean(),
    is_key: Type.Boolean({ description: 'Whether it has a djoser key instead of tokens' }),
    amr: Type.Array(Type.String(), { description: 'How the user authenticated, as RFC 8176 values' }),
    ended_at: orNull(timeSchema),
    end_reason: orNull(endReason),
  },
  { title: 'Session' },
)
const next = orNull(
  Type.String({ description: 'The `cursor` of the next page; null on the last page. A page may be short, even empty' }),
)

/** A page of one's own sessions. */
export const ownSessions = Type.Object({ sessions: Type.Array(session), next })

/** A session as administrators see it. */
export const sessionOfAll = Type.Object({
  ...session.properties,
  account_id: Type.Integer(),
  username: orNull(Type.String({ description: 'null: the account is gone' })),
})

/** A page of the sessions of all accounts. */
export const allSessions = Type.Object({ sessions: Type.Array(sessionOfAll), next })

/** A session as its owner sees it. @param currentId that of the session that asks */
export function presentSession({ session, endReason }: ListedSession, currentId: string | undefined) {
  return {
    id: session.id,
    created_at: wireTime(session.createdAt),
    last_seen_at: wireTime(session.refreshedAt),
    expires_at: wireTime(session.refreshExpiresAt),
    address: session.address,
    device: deviceName(session.userAgent),
    is_current: session.id === currentId,
    is_key: session.key !== undefined,
    amr: session.amr,
    ended_at: wireTime(session.endedAt ?? (hasExpired(endReason) ? session.refreshExpiresAt : undefined)),
    end_reason: endReason ?? null,
  }
}

/** A session as administrators see it. */
export function presentSessionOfAll(listed: ListedSession, currentId: string | undefined) {
  const { session, account } = listed
  return {
    ...presentSession(listed, currentId),
    account_id: session.accountId,
    username: account?.username ?? null,
  }
}

/** A position in a list of sessions, which clients send back. */
export function writeSessionCursor(end: SessionPosition | undefined): string | null {
  return end === undefined ? null : Buffer.from(JSON.stringify([end.createdAt, end.id])).toString('base64url')
}

/** The position that a client sends back. @throws AuthError `invalid_fields` for anything else */
export function readSessionCursor(text: string | undefined): SessionPosition | undefined {
  if (text === undefined) return undefined
  const decoded = Buffer.from(text, 'base64url').toString('utf8')
  const [, createdAt, id] = /^\[(\d{1,15}),"([\w-]{1,100})"\]$/.exec(decoded) ?? []
  if (createdAt === undefined || id === undefined) throw fieldRefusal('cursor', 'invalid_cursor')
  return { createdAt: Number(createdAt), id }
}

function hasExpired(endReason: ListedSession['endReason']): boolean {
  return endReason === 'idle' || endReason === 'expired'
}
