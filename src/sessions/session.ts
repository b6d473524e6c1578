import type { Account } from '../accounts/account.ts'

/** One login on one device. It owns its chain of refresh tokens. */
export type Session = {
  /** The `sid` of its tokens. Not a secret: a token needs a signature. */
  id: string
  accountId: number
  createdAt: number
  /** The absolute end, which refreshing cannot postpone; undefined: none. */
  expiresAt: number | undefined
  refreshSeed: string
  /** The number of the current refresh token in the chain, starting at 0. */
  refreshGeneration: number
  /** When the current refresh token was issued. */
  refreshedAt: number
  refreshExpiresAt: number
  /** The `kid` of the key that signed the current refresh token; undefined if it has none or nobody knows. */
  refreshKid: string | undefined
  endedAt: number | undefined
  endReason: SessionEndReason | undefined
  address: string
  userAgent: string
  /** How the user authenticated: RFC 8176 values. */
  amr: string[]
  /** When the user last proved who they are: at the login, or later in the session. */
  provenAt: number
  /** Present if the session has a key instead of tokens. */
  key?: SessionKey
}

/** A key of djoser's dialect, as it is stored. */
type SessionKey = {
  digest: string
  /** Undefined: nobody can show the key again. */
  sealed: string | undefined
}

/** The end of sessions without an end: the last second of the year 9999, which every time format can represent. */
export const NEVER = 253_402_300_799_000

/** The largest clock difference between processes on one database. */
export const CLOCK_SKEW_MS = 60_000

/**
 * How long sessions and their refresh tokens live. Without a session lifetime, a session lives as long as it is
 * refreshed.
 */
export type SessionLifetimes = { sessionLifetimeMs: number | undefined; refreshTokenLifetimeMs: number }

/** Every reason why a session ends. Some are stored with the session; others follow from its times and its account. */
export const sessionEndReasons = [
  'logout',
  'logged_out_elsewhere',
  'password_changed',
  'password_reset',
  'replayed',
  'administrator',
  'idle',
  'expired',
  'deactivated',
  'deleted',
  'key_retired',
  'too_many_sessions',
] as const

export type SessionEndReason = (typeof sessionEndReasons)[number]

/** Why the sessions of all accounts end at once. Only the command line does that. */
export const reasonOfAll: SessionEndReason = 'administrator'

/** Why sessions end if a retired key has signed their refresh token. */
export const reasonOfRetiredKey: SessionEndReason = 'key_retired'

/**
 * Why the session has ended at `now`, or undefined while it is active. A stored reason comes first. Otherwise a session
 * ends when its account is deleted or deactivated (even if the account is active again), at its absolute lifetime,
 * and when its refresh token was not used in time.
 *
 * @param account the session's account as it is now; undefined if it no longer exists
 * @param settings END_SESSIONS_ON_DEACTIVATION: if off, a reactivated account gets its sessions back
 */
export function sessionEnd(
  session: Session,
  account: Account | undefined,
  now: number,
  { endSessionsOnDeactivation }: { endSessionsOnDeactivation: boolean },
): SessionEndReason | undefined {
  if (session.endedAt !== undefined) return session.endReason ?? 'administrator'
  if (account === undefined) return 'deleted'
  if (account.deactivatedAt !== undefined) return 'deactivated'
  const { sessionsVoidAt } = account
  const isVoid = sessionsVoidAt !== undefined && session.createdAt <= sessionsVoidAt
  if (isVoid && endSessionsOnDeactivation) return 'deactivated'
  if (session.expiresAt !== undefined && session.expiresAt <= now) return 'expired'
  if (session.refreshExpiresAt <= now) return 'idle'
  return undefined
}

/**
 * A session that starts now, with the first refresh token of its chain. It starts after the moment until which the
 * sessions of its account are void or were ended, whatever clock recorded that moment.
 */
export function beginSession(
  { id: accountId, sessionsVoidAt = 0, sessionsEndedAt = 0 }: Account,
  first: Pick<Session, 'id' | 'refreshSeed' | 'refreshKid' | 'address' | 'userAgent' | 'amr'>,
  lifetimes: SessionLifetimes,
  now: number,
): Session {
  const expiresAt = lifetimes.sessionLifetimeMs === undefined ? undefined : now + lifetimes.sessionLifetimeMs
  return {
    ...first,
    accountId,
    createdAt: Math.max(now, sessionsVoidAt + 1, sessionsEndedAt + 1),
    expiresAt,
    refreshGeneration: 0,
    refreshedAt: now,
    refreshExpiresAt: refreshExpiry(now, lifetimes.refreshTokenLifetimeMs, expiresAt),
    endedAt: undefined,
    endReason: undefined,
    provenAt: now,
  }
}

/**
 * An ended session that represents another server's refresh token until that token expires, so that nobody can use it
 * here, or use it again.
 */
export function spentSession(
  { id, accountId, until }: { id: string; accountId: number; until: number },
  endReason: SessionEndReason,
  now: number,
): Session {
  return {
    id,
    accountId,
    createdAt: now,
    expiresAt: undefined,
    refreshSeed: '',
    refreshGeneration: 0,
    refreshedAt: now,
    refreshExpiresAt: until,
    refreshKid: undefined,
    endedAt: now,
    endReason,
    address: '',
    userAgent: '',
    amr: [],
    provenAt: now,
  }
}

/** When a refresh token issued at `now` expires: after its lifetime, but never after its session. */
export function refreshExpiry(now: number, lifetimeMs: number, sessionExpiresAt: number | undefined): number {
  return Math.min(now + lifetimeMs, sessionExpiresAt ?? Number.POSITIVE_INFINITY)
}
