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

/** The grant in an answer to a login or refresh. @param former what holds where the answer says nothing */
export function readGrant(answer: unknown, receivedAt: number, former?: Grant): Grant {
  const { access_token, refresh_token, expires_in } = answer as Record<string, unknown>
  const refreshToken = typeof refresh_token === 'string' ? refresh_token : former?.refreshToken
  return {
    ...(typeof access_token === 'string' && { accessToken: access_token }),
    ...(refreshToken !== undefined && { refreshToken }),
    expiresIn: typeof expires_in === 'number' ? expires_in : undefined,
    receivedAt,
  }
}

/** The grant that a storage holds; undefined for anything else. */
export function parseGrant(text: string | null | undefined): Grant | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return typeof value === 'object' && value !== null && 'refreshToken' in value ? (value as Grant) : undefined
  } catch {
    return undefined
  }
}

/** Whether two grants are of one session: their tokens name the same `sid`, or nobody can say. */
export function areOfOneSession(one: Grant, other: Grant): boolean {
  return sessionIdOf(one.accessToken) === sessionIdOf(other.accessToken)
}

function sessionIdOf(token = ''): unknown {
  try {
    const claims = JSON.parse(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')))
    return claims.sid
  } catch {
    return undefined
  }
}
