import type { Account } from '../accounts/account.ts'

/** One login on one device; owns its chain of refresh tokens. */
export type Session = {
  /** The `sid` of its tokens. No secret: a token needs a signature. */
  id: string
  accountId: number
  createdAt: number
  /** The absolute end, which rotation cannot push out; undefined: none. */
  expiresAt: number | undefined
  refreshSeed: string
  /** Which refresh token of the chain is the current one, counted from 0. */
  refreshGeneration: number
  /** When the current refresh token was issued. */
  refreshedAt: number
  refreshExpiresAt: number
  /** The `kid` of the key that signs the current refresh token; undefined: it has none, or nobody knows. */
  refreshKid: string | undefined
  endedAt: number | undefined
  endReason: SessionEndReason | undefined
  address: string
  userAgent: string
  /** How the login was proven: RFC 8176 values. */
  amr: string[]
}

/** How far the clocks of processes on one database may be apart. */
export const CLOCK_SKEW_MS = 60_000

/** How long sessions and their refresh tokens live; without a session lifetime it is rotation that keeps one alive. */
export type SessionLifetimes = { sessionLifetimeMs: number | undefined; refreshTokenLifetimeMs: number }

/** Why a session is over: the whole list. Some are written down with its end, others follow from what is known else. */
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
] as const

export type SessionEndReason = (typeof sessionEndReasons)[number]

/**
 * Why the session is over at `now`, or undefined while it lives. What was written down counts first. Otherwise a session
 * ends with its account's deletion or deactivation (also when the account is active again), with its absolute lifetime, and
 * when its refresh token was not used in time.
 *
 * @param account the session's account as it is now, undefined if there is none any more
 * @param settings END_SESSIONS_ON_DEACTIVATION: without it a reactivated account gets its sessions back
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
 * A session that begins now, with the first refresh token of its chain. It starts behind the moment until which its
 * account's sessions are void, whatever the clock said that wrote it.
 */
export function beginSession(
  { id: accountId, sessionsVoidAt }: Account,
  first: Pick<Session, 'id' | 'refreshSeed' | 'refreshKid' | 'address' | 'userAgent' | 'amr'>,
  lifetimes: SessionLifetimes,
  now: number,
): Session {
  const expiresAt = lifetimes.sessionLifetimeMs === undefined ? undefined : now + lifetimes.sessionLifetimeMs
  return {
    ...first,
    accountId,
    createdAt: sessionsVoidAt === undefined ? now : Math.max(now, sessionsVoidAt + 1),
    expiresAt,
    refreshGeneration: 0,
    refreshedAt: now,
    refreshExpiresAt: refreshExpiry(now, lifetimes.refreshTokenLifetimeMs, expiresAt),
    endedAt: undefined,
    endReason: undefined,
  }
}

/**
 * What stands for another server's refresh token that is not to be used here, or not again, until it expires: a session
 * that is over.
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
  }
}

/** When a refresh token issued at `now` expires: after its lifetime, but never after its session. */
export function refreshExpiry(now: number, lifetimeMs: number, sessionExpiresAt: number | undefined): number {
  return Math.min(now + lifetimeMs, sessionExpiresAt ?? Number.POSITIVE_INFINITY)
}
