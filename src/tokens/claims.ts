import type { JwtClaims, JwtHeader } from './jwt.ts'
import type { JwtType } from './jwt-key.ts'
import { lenientTimes, strictTimes, toNumericDate } from './numeric-date.ts'
import { isId, isTokenUse, type ReadingRules, type TokenUse, withoutOwnClaims } from './token.ts'

/** The rules for this server's claims sets. They build and check them. */
export type ClaimsRules = {
  /**
   * false: only tokens that this server issues itself are accepted. true (`COMPATIBILITY=simplejwt`): also everything
   * that SimpleJWT 5.2 on PyJWT 2.6 accepts, such as fractions of seconds. Tokens that make those two fail with a 500
   * are refused.
   */
  isLenient: boolean
  /** The claim with the account's id. It must not be one of `reservedClaimNames`. */
  userIdClaim: string
  /** `iss` of issued tokens, and the only one accepted; undefined: not set and not checked. */
  issuer: string | undefined
  /** The same for `aud`. */
  audience: string | undefined
  /** Whether `sub` holds the text of the account's id (RFC 9068 §2.2). */
  hasSubject: boolean
  /** The tolerated clock difference to other machines, in milliseconds. */
  leewayMs: number
  /** The longest lifetimes of tokens, in milliseconds. Only checked when strict. */
  lifetimesMs: Readonly<Record<TokenUse, number>>
}

/** Claims that always have a meaning to this server. The user id claim must not have one of these names. */
export const reservedClaimNames = ['token_type', 'exp', 'iat', 'nbf', 'jti', 'sid', 'iss', 'aud', 'client_id'] as const

/** The account, session and times of a new token, in epoch milliseconds. */
export type NewToken = {
  /** The account's `uid`: a number where that is its id. */
  subject: number | string
  /** The `jti`. */
  tokenId: string
  /** The `sid`. */
  sessionId?: string | undefined
  issuedAt: number
  expiresAt: number
  /** Additional claims, from `extraClaims` or the deployment. They never replace Latchkey's own. */
  extra?: JwtClaims | undefined
}

/** The claims set of a new access token (contract section 5, RFC 9068 §2.2). */
export function buildAccessClaims(token: NewToken, rules: ClaimsRules): JwtClaims {
  return buildClaims('access', token, rules)
}

/** The claims set of a new refresh token (contract section 5). */
export function buildRefreshClaims(token: NewToken, rules: ClaimsRules): JwtClaims {
  return buildClaims('refresh', token, rules)
}

/**
 * Whether access tokens follow the JWT profile of RFC 9068 completely. Its §2.2 requires `iss`, `aud`, `sub` as text and
 * `client_id`, so it takes AUDIENCE, ISSUER and a `sub` that is not the user id claim.
 */
function isProfileComplete(rules: ReadingRules): boolean {
  const { isLenient, issuer, audience, hasSubject, userIdClaim } = rules
  return !isLenient && issuer !== undefined && audience !== undefined && hasSubject && userIdClaim !== 'sub'
}

/**
 * The `typ` header of tokens of this use. `at+jwt` claims the profile of RFC 9068 (§2.1), so only complete access tokens have
 * it (`docs/decisions/0006-typ-of-access-tokens.md`). All others are `JWT`, as in SimpleJWT.
 */
export function jwtTypeOf(use: TokenUse, rules: ReadingRules): JwtType {
  return use === 'access' && isProfileComplete(rules) ? 'at+jwt' : 'JWT'
}

/** The `client_id` of access tokens (RFC 9068 §2.2). Users log in to Latchkey itself, so it is the only client. */
const CLIENT_ID = 'latchkey'

function buildClaims(use: TokenUse, token: NewToken, rules: ClaimsRules): JwtClaims {
  const { subject, tokenId, sessionId, issuedAt, expiresAt, extra } = token
  const { userIdClaim, issuer, audience, hasSubject } = rules
  const claims: Record<string, unknown> = extra === undefined ? {} : { ...withoutOwnClaims(extra, rules) }
  claims.token_type = use
  claims.exp = toNumericDate(expiresAt)
  claims.iat = toNumericDate(issuedAt)
  claims.jti = tokenId
  if (sessionId !== undefined) claims.sid = sessionId
  if (issuer !== undefined) claims.iss = issuer
  if (audience !== undefined) claims.aud = audience
  if (hasSubject) claims.sub = String(subject)
  if (use === 'access' && isProfileComplete(rules)) claims.client_id = CLIENT_ID
  // Last, so that it stays a number if the user id claim is `sub`.
  claims[userIdClaim] = subject
  return claims
}

/** Why claims are refused: `reason` is one of the classic contract's (section 2), `detail` is for the log. */
export type ClaimsFault = {
  readonly reason: 'invalid' | 'no_exp' | 'no_id' | 'no_type' | 'wrong_type'
  readonly detail: string
}

/**
 * The first half of the checks of a claims set: times, issuer, audience. It is separate from `checkShape` because the
 * contract (section 2) checks between the two whether the token was revoked. Both halves are needed: this one accepts a
 * token without `exp`.
 *
 * @param now epoch milliseconds.
 * @returns the fault, always with the reason `invalid`, or undefined if there is none.
 */
export function checkClaims(claims: JwtClaims, rules: ClaimsRules, now: number): ClaimsFault | undefined {
  const detail =
    findTimeFault(claims, rules, now) ??
    (rules.isLenient ? undefined : findStrictFault(claims, rules)) ??
    findPartyFault(claims, rules)
  return detail === undefined ? undefined : { reason: 'invalid', detail }
}

/** Which `typ` tokens may have. Both, for access tokens: setting AUDIENCE makes `at+jwt` of `JWT`, and logs nobody out. */
const typesOf: Readonly<Record<TokenUse, ReadonlySet<string | undefined>>> = {
  access: new Set(['at+jwt', 'JWT']),
  refresh: new Set(['JWT']),
}

/**
 * The second half: `exp`, `jti` and `token_type` exist, checked in this order, and the token has the expected use. With
 * `either`, a lenient check ignores `token_type` (SimpleJWT's UntypedToken). A strict one requires one of the two, so
 * that an ID token or a mailed token signed with the same key never counts as a login.
 *
 * @returns the fault, or undefined if there is none.
 */
export function checkShape(
  claims: JwtClaims,
  header: Pick<JwtHeader, 'typ'>,
  expectedUse: TokenUse | 'either',
  rules: ClaimsRules,
): ClaimsFault | undefined {
  if (!Object.hasOwn(claims, 'exp')) return { reason: 'no_exp', detail: 'exp is missing' }
  // Without a `jti`, two refresh tokens cannot be told apart.
  const hasId = expectedUse === 'refresh' ? (claims.jti ?? null) !== null : Object.hasOwn(claims, 'jti')
  if (!hasId) return { reason: 'no_id', detail: 'jti is missing' }
  if (rules.isLenient && expectedUse === 'either') return undefined

  if (!Object.hasOwn(claims, 'token_type')) return { reason: 'no_type', detail: 'token_type is missing' }
  const use = claims.token_type
  const isExpected = expectedUse === 'either' ? isTokenUse(use) : use === expectedUse
  if (!isExpected || !isTokenUse(use)) return { reason: 'wrong_type', detail: `token_type is not ${expectedUse}` }
  if (!rules.isLenient && !typesOf[use].has(header.typ)) {
    return { reason: 'wrong_type', detail: `typ does not belong to token_type ${use}` }
  }
  return undefined
}

/**
 * How many seconds the `iat` of our own tokens may be in the future, whatever LEEWAY is, because another process with a
 * slightly faster clock may have issued them. Nobody gains anything by it, and refusing would log users out for no
 * reason.
 */
const clockDifferenceSeconds = 10

function findTimeFault(claims: JwtClaims, { isLenient, leewayMs }: ClaimsRules, now: number): string | undefined {
  const read = isLenient ? lenientTimes : strictTimes
  // Whole seconds, as in the standards' examples and in PyJWT: a token has expired in the very second of its `exp`.
  const nowSeconds = Math.floor(now / 1000)
  const leewaySeconds = leewayMs / 1000
  const aheadSeconds = {
    iat: isLenient ? leewaySeconds : Math.max(leewaySeconds, clockDifferenceSeconds),
    nbf: leewaySeconds,
  }

  for (const name of ['iat', 'nbf'] as const) {
    if (!Object.hasOwn(claims, name)) continue
    const from = read[name](claims[name])
    if (from === undefined) return `${name} is not a time`
    if (from > nowSeconds + aheadSeconds[name]) return `${name} is in the future`
  }
  if (Object.hasOwn(claims, 'exp')) {
    const exp = read.exp(claims.exp)
    if (exp === undefined) return 'exp is not a time'
    if (exp <= nowSeconds - leewaySeconds) return 'exp has passed'
  }
  return undefined
}

/** Rules that this server's own tokens always satisfy, and a limit on their age. Runs after the times are checked. */
function findStrictFault(claims: JwtClaims, { lifetimesMs, hasSubject, userIdClaim }: ClaimsRules): string | undefined {
  const { exp, iat, jti, sid, token_type } = claims
  if (typeof iat !== 'number') return 'iat is missing'
  if (Object.hasOwn(claims, 'jti') && !isId(jti)) return 'jti is not an id'
  if (Object.hasOwn(claims, 'sid') && !isId(sid)) return 'sid is not an id'
  // Two claims that name the account must agree: other programs may use either.
  const hasTwoNames = hasSubject && userIdClaim !== 'sub' && Object.hasOwn(claims, 'sub')
  if (hasTwoNames && claims.sub !== String(claims[userIdClaim])) return `sub and ${userIdClaim} name two accounts`
  const lifetimeMs = token_type === 'access' ? lifetimesMs.access : lifetimesMs.refresh
  // Rounded up, because both ends of a life are cut to whole seconds.
  if (typeof exp === 'number' && exp - iat > Math.ceil(lifetimeMs / 1000)) return 'its lifetime is longer than allowed'
  return undefined
}

/**
 * Compares whole strings exactly: neither a prefix nor, for `iss`, an array that contains the right value is accepted.
 */
function findPartyFault({ iss, aud }: JwtClaims, { issuer, audience }: ClaimsRules): string | undefined {
  if (issuer !== undefined && iss !== issuer) return 'iss is not the expected one'
  if (audience === undefined || aud === audience) return undefined
  const isAmong = Array.isArray(aud) && aud.every((name) => typeof name === 'string') && aud.includes(audience)
  return isAmong ? undefined : 'aud is not the expected one'
}
