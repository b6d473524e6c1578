import { type Answer, errorOf } from './errors.ts'
import { readAnswer } from './transport.ts'

/** What the server gave last: the tokens in bearer mode, and in both modes how long access lasts. */
export type Grant = {
  accessToken?: string
  refreshToken?: string
  /** The lifetime that the server stated, in seconds. Undefined: unknown, and a 401 will show that it is over. */
  expiresIn: number | undefined
  /** When the response came, by this machine's clock, in epoch milliseconds. */
  receivedAt: number
  /** Only in a storage: a refresh was sent, and its response is not stored yet. */
  isSpent?: boolean
}

const MOST_LEEWAY_MS = 10_000

/**
 * Whether the access token is worth sending. Only durations matter: the server's lifetime and the time that has passed
 * here. So a clock that is wrong by years changes nothing, and one that is set back costs one refresh.
 *
 * @param leeway false: until the very end of the token's life
 */
export function isFresh({ expiresIn, receivedAt }: Grant, now: number, leeway = true): boolean {
  if (expiresIn === undefined) return true
  const lifetimeMs = expiresIn * 1000
  const ageMs = now - receivedAt
  return ageMs >= 0 && ageMs < lifetimeMs - (leeway ? Math.min(MOST_LEEWAY_MS, lifetimeMs / 10) : 0)
}

/**
 * The grant in the response to a login or refresh.
 *
 * @param former what remains if the response does not mention it: without rotation, the refresh token stays
 * @throws LatchkeyError the server's refusal, or `unexpected_answer` if the response does not come from Latchkey
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

/** The grant in a storage; undefined for anything else. */
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

/** Whether two grants may belong to one session: their tokens name the same `sid`, or name none. */
export function areOfOneSession(one: Grant, other: Grant): boolean {
  return sessionIdOf(one) === sessionIdOf(other)
}

/** The `sid` of the session, which is no secret; undefined if the token does not name it. */
export function sessionIdOf(grant: Grant | undefined): unknown {
  return claimsOf(grant?.accessToken).sid
}

/** Whether a grant was issued before another of the same session, by the server's times. */
export function isOlder(one: Grant, other: Grant): boolean {
  const [issued, otherIssued] = [one, other].map(({ accessToken }) => claimsOf(accessToken).iat)
  return areOfOneSession(one, other) && Number(issued) < Number(otherIssued)
}

/** Whether a token stays valid for the next few seconds, by its own `exp` and the clock here. */
export function hasTimeLeft(token: string, now: number): boolean {
  const { exp } = claimsOf(token)
  return typeof exp === 'number' && exp * 1000 - now > MOST_LEEWAY_MS / 2
}

/** The claims of a token, unverified. The client uses only what the server will check anyway. */
function claimsOf(token = ''): Record<string, unknown> {
  try {
    return JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return {}
  }
}
