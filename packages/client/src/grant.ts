import { type Answer, errorOf } from './errors.ts'
import { readAnswer } from './transport.ts'

/** What the server gave last: tokens in bearer mode, and in either mode how long access lasts. */
export type Grant = {
  accessToken?: string
  refreshToken?: string
  /** The lifetime that the server told, in seconds; undefined: unknown, the server will tell by a 401. */
  expiresIn: number | undefined
  /** When the answer came, by this machine's clock, epoch milliseconds. */
  receivedAt: number
  /** Only in a storage: a refresh was sent, and its answer is not stored yet. */
  isSpent?: boolean
}

const MOST_LEEWAY_MS = 10_000

/**
 * Whether the access token is worth sending. Only durations count: the server's lifetime and the time that passed here. So
 * a clock that is wrong by years changes nothing, and one that is set back costs one refresh.
 *
 * @param leeway with false, until the very end of the token's life
 */
export function isFresh({ expiresIn, receivedAt }: Grant, now: number, leeway = true): boolean {
  if (expiresIn === undefined) return true
  const lifetimeMs = expiresIn * 1000
  const ageMs = now - receivedAt
  return ageMs >= 0 && ageMs < lifetimeMs - (leeway ? Math.min(MOST_LEEWAY_MS, lifetimeMs / 10) : 0)
}

/**
 * The grant in the answer to a login or refresh.
 *
 * @param former what holds where the answer says nothing: without rotation the refresh token stays
 * @throws LatchkeyError what the server refused, or `unexpected_answer` if this is not the answer of a Latchkey
 */
export function readGrant(answer: Answer, receivedAt: number, former?: Grant): Grant {
  const { access_token, refresh_token, expires_in, mode } = Object(readAnswer(answer)) as Record<string, unknown>
  const hasToken = typeof access_token === 'string'
  if (typeof expires_in !== 'number' || !(hasToken || mode === 'cookie')) throw errorOf(answer)
  const refreshToken = typeof refresh_token === 'string' ? refresh_token : former?.refreshToken
  return {
    ...(hasToken && { accessToken: access_token }),
    ...(refreshToken !== undefined && { refreshToken }),
    expiresIn: expires_in,
    receivedAt,
  }
}

/** The grant that a storage holds; undefined for anything else. */
export function parseGrant(text: string | null | undefined): Grant | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Grant> | null
    return typeof value?.refreshToken === 'string' && typeof value.receivedAt === 'number'
      ? (value as Grant)
      : undefined
  } catch {
    return undefined
  }
}

/** Whether two grants are of one session: their tokens name the same `sid`, or nobody can say. */
export function areOfOneSession(one: Grant, other: Grant): boolean {
  return sessionIdOf(one) === sessionIdOf(other)
}

/** The `sid` of the session, which is no secret; undefined: nobody can say. */
export function sessionIdOf(grant: Grant | undefined): unknown {
  return claimsOf(grant?.accessToken).sid
}

/** Whether a grant was issued before another of the same session, by the server's times. */
export function isOlder(one: Grant, other: Grant): boolean {
  const [issued, otherIssued] = [one, other].map(({ accessToken }) => claimsOf(accessToken).iat)
  return areOfOneSession(one, other) && Number(issued) < Number(otherIssued)
}

/** Whether a token does not expire within the next seconds, by its own `exp` and the clock here. */
export function hasTimeLeft(token: string, now: number): boolean {
  const { exp } = claimsOf(token)
  return typeof exp === 'number' && exp * 1000 - now > MOST_LEEWAY_MS / 2
}

/** The claims of a token, unverified: the client takes nobody's word for them but the server's, which checks them. */
function claimsOf(token = ''): Record<string, unknown> {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return {}
  }
}
