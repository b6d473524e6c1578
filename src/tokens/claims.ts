import type { JwtClaims, JwtHeader } from './jwt.ts'
import type { JwtType } from './jwt-key.ts'

/** What a token is for: the `token_type` claim. */
export type TokenUse = 'access' | 'refresh'

/** How this server's claims sets look: the same rules build them and check them. */
export type ClaimsRules = {
  /**
   * false: only what this server issues itself passes. true (`COMPATIBILITY=simplejwt`): whatever SimpleJWT 5.2 on
   * PyJWT 2.6 takes passes too, such as fractions of seconds; what makes those two fail with a 500 is refused.
   */
  isLenient: boolean
  /** The claim with the account's id. It must not be one of `reservedClaimNames`. */
  userIdClaim: string
  /** `iss` of the tokens made, and the only one accepted; undefined: none is set, and it is not looked at. */
  issuer: string | undefined
  /** Likewise for `aud`. */
  audience: string | undefined
  /** Whether `sub` holds the text of the account's id (RFC 9068 §2.2). */
  hasSubject: boolean
  /** How far other machines' clocks may be off, milliseconds. */
  leewayMs: number
  /** The longest lives of tokens, milliseconds. Looked at only when strict. */
  lifetimesMs: Readonly<Record<TokenUse, number>>
}

/** Claims that mean something to this server whatever its settings: no name for the user id claim. */
export const reservedClaimNames = ['token_type', 'exp', 'iat', 'nbf', 'jti', 'sid', 'iss', 'aud'] as const

/** The most that claims beyond our own may take up in a token, in bytes of JSON. Half of what a token can hold. */
export const maxExtraClaimsBytes = 4096

const maxIdLength = 255

/** Of which account, session and time a new token tells. Moments are epoch milliseconds. */
export type NewToken = {
  accountId: number
  /** The `jti`. */
  tokenId: string
  /** The `sid`. */
  sessionId?: string | undefined
  issuedAt: number
  expiresAt: number
  /** Further claims, from `extraClaims` or the deployment. They never replace one of ours. */
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
 * The `typ` header of tokens of this use: `at+jwt` keeps access tokens from being taken for anything else (RFC 9068
 * §2.1, RFC 8725 §3.11); a lenient deployment writes `JWT` everywhere, as SimpleJWT does.
 */
export function jwtTypeOf(use: TokenUse, { isLenient }: Pick<ClaimsRules, 'isLenient'>): JwtType {
  return use === 'access' && !isLenient ? 'at+jwt' : 'JWT'
}

function buildClaims(use: TokenUse, token: NewToken, rules: ClaimsRules): JwtClaims {
  const { accountId, tokenId, sessionId, issuedAt, expiresAt, extra } = token
  const { userIdClaim, issuer, audience, hasSubject } = rules
  return {
    ...(extra !== undefined && withoutOwnClaims(extra, userIdClaim)),
    token_type: use,
    exp: toNumericDate(expiresAt),
    iat: toNumericDate(issuedAt),
    jti: tokenId,
    ...(sessionId !== undefined && { sid: sessionId }),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
    ...(hasSubject && { sub: String(accountId) }),
    // Last, so that it stays a number in deployments whose user id claim is `sub`.
    [userIdClaim]: accountId,
  }
}

/** Why claims are refused: `reason` is one of the classic contract's (section 2), `detail` is for the log. */
export type ClaimsFault = {
  readonly reason: 'invalid' | 'no_exp' | 'no_id' | 'no_type' | 'wrong_type'
  readonly detail: string
}

/**
 * The first half of the checks of a claims set: times, issuer, audience. They are separate from `checkShape` because the
 * contract (section 2) looks between the two whether the token was revoked. Both halves are needed: this one lets a
 * token without `exp` pass.
 *
 * @param now epoch milliseconds.
 * @returns the fault, its reason always `invalid`, or undefined if there is none.
 */
export function checkClaims(claims: JwtClaims, rules: ClaimsRules, now: number): ClaimsFault | undefined {
  const detail =
    findTimeFault(claims, rules, now) ??
    (rules.isLenient ? undefined : findStrictFault(claims, rules)) ??
    findPartyFault(claims, rules)
  return detail === undefined ? undefined : { reason: 'invalid', detail }
}

/**
 * The second half: that `exp`, `jti` and `token_type` are there, in this order, and that the token is of the expected
 * use. With `either` a lenient check does not look at `token_type` at all (SimpleJWT's UntypedToken); a strict one wants
 * one of the two, so that an id token or a mailed token signed with the same key is never taken for a login.
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
  const hasId = expectedUse === 'refresh' ? hasTokenId(claims) : Object.hasOwn(claims, 'jti')
  if (!hasId) return { reason: 'no_id', detail: 'jti is missing' }
  if (rules.isLenient && expectedUse === 'either') return undefined

  if (!Object.hasOwn(claims, 'token_type')) return { reason: 'no_type', detail: 'token_type is missing' }
  const use = claims.token_type
  const isExpected = expectedUse === 'either' ? isTokenUse(use) : use === expectedUse
  if (!isExpected || !isTokenUse(use)) return { reason: 'wrong_type', detail: `token_type is not ${expectedUse}` }
  if (!rules.isLenient && header.typ !== jwtTypeOf(use, rules)) {
    return { reason: 'wrong_type', detail: `typ does not belong to token_type ${use}` }
  }
  return undefined
}

/** Whose token it is. `unusable`: the claim is there but no id, which is an unknown account, not a missing one. */
type AccountIdClaim =
  | { readonly kind: 'present'; readonly accountId: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable' }

/** Reads the account's id: a positive integer, or its decimal text (contract section 5). */
export function readAccountId(claims: JwtClaims, userIdClaim: string): AccountIdClaim {
  if (!Object.hasOwn(claims, userIdClaim)) return { kind: 'missing' }
  const value = claims[userIdClaim]
  const accountId = typeof value === 'string' && /^[1-9]\d{0,15}$/.test(value) ? Number(value) : value
  return isPositiveInteger(accountId) ? { kind: 'present', accountId } : { kind: 'unusable' }
}

/** Whether there is a `jti` at all, of whatever type: without one a refresh token cannot be told from others. */
export function hasTokenId(claims: JwtClaims): boolean {
  return claims.jti !== undefined && claims.jti !== null
}

/** The `jti`, if it is a text of 1 to 255 characters that every database can store. */
export function readTokenId(claims: JwtClaims): string | undefined {
  return isId(claims.jti) ? claims.jti : undefined
}

/** The `sid`, under the same conditions. */
export function readSessionId(claims: JwtClaims): string | undefined {
  return isId(claims.sid) ? claims.sid : undefined
}

/** When the token ends, epoch milliseconds: the first moment at which it is too old. Undefined without a usable `exp`. */
export function readExpiresAt(claims: JwtClaims): number | undefined {
  return toEpochMs(lenientTimes.exp(claims.exp))
}

/** When the token was issued, epoch milliseconds. Undefined without a usable `iat`. */
export function readIssuedAt(claims: JwtClaims): number | undefined {
  return toEpochMs(lenientTimes.iat(claims.iat))
}

/**
 * The claims of a refresh token that are passed on to the tokens made from it (contract section 5): all but our own.
 *
 * @returns undefined if they take up more than `maxExtraClaimsBytes`: such a token cannot be refreshed.
 */
export function extraClaims(claims: JwtClaims, userIdClaim: string): JwtClaims | undefined {
  const extra = withoutOwnClaims(claims, userIdClaim)
  return Buffer.byteLength(JSON.stringify(extra)) <= maxExtraClaimsBytes ? extra : undefined
}

/** `iss`, `aud`, `sub` and `nbf` stay: where the rules set them the builder replaces them, otherwise they are extras. */
function withoutOwnClaims(claims: JwtClaims, userIdClaim: string): JwtClaims {
  const { token_type, exp, iat, jti, sid, [userIdClaim]: accountId, ...extra } = claims
  return extra
}

/** Reads a NumericDate; undefined if it is none. */
type TimeReader = (value: unknown) => number | undefined

type TimeReaders = Readonly<Record<'exp' | 'iat' | 'nbf', TimeReader>>

const strictTime: TimeReader = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const strictTimes: TimeReaders = { exp: strictTime, iat: strictTime, nbf: strictTime }

/** The last second of the year 9999, the last one Python has a date for: SimpleJWT fails with a 500 beyond it. */
const lastPythonSecond = 253_402_300_799

/**
 * What PyJWT's `int(…)` makes of the claims, as far as SimpleJWT survives it: `iat` is compared as it is, fractions
 * included; a text of ASCII digits passes for `nbf` only; true and false are 1 and 0.
 */
const lenientTimes: TimeReaders = {
  exp: (value) => {
    if (typeof value !== 'number' || value > lastPythonSecond) return undefined
    return Number.isFinite(value) ? Math.trunc(value) : undefined
  },
  iat: (value) => {
    if (typeof value === 'boolean') return Number(value)
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined
  },
  nbf: (value) => {
    if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return Number(value)
    if (typeof value === 'boolean') return Number(value)
    return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined
  },
}

/**
 * How many seconds the `iat` of a token of our own may lie ahead, whatever LEEWAY says: another process made it, whose clock
 * is a little ahead of this one. Nobody gains by it, and who is refused for it is logged out for nothing.
 */
const clockDifferenceSeconds = 10

function findTimeFault(claims: JwtClaims, { isLenient, leewayMs }: ClaimsRules, now: number): string | undefined {
  const read = isLenient ? lenientTimes : strictTimes
  // Whole seconds, as both standards' examples and PyJWT count: a token is too old in the very second of its `exp`.
  const nowSeconds = Math.floor(now / 1000)
  const leewaySeconds = leewayMs / 1000
  const aheadSeconds = {
    iat: isLenient ? leewaySeconds : Math.max(leewaySeconds, clockDifferenceSeconds),
    nbf: leewaySeconds,
  }

  for (const name of ['iat', 'nbf'] as const) {
    if (!Object.hasOwn(claims, name)) continue
    const from = read[name](claims[name])
    if (from === undefined) return `${name} is no time`
    if (from > nowSeconds + aheadSeconds[name]) return `${name} lies in the future`
  }
  if (Object.hasOwn(claims, 'exp')) {
    const exp = read.exp(claims.exp)
    if (exp === undefined) return 'exp is no time'
    if (exp <= nowSeconds - leewaySeconds) return 'exp has passed'
  }
  return undefined
}

/** What this server's own tokens always satisfy, and nothing older than it needs to. Runs after the times are checked. */
function findStrictFault(claims: JwtClaims, { lifetimesMs }: ClaimsRules): string | undefined {
  const { exp, iat, jti, sid, token_type } = claims
  if (typeof iat !== 'number') return 'iat is missing'
  if (Object.hasOwn(claims, 'jti') && !isId(jti)) return 'jti is no id'
  if (Object.hasOwn(claims, 'sid') && !isId(sid)) return 'sid is no id'
  const lifetimeMs = token_type === 'access' ? lifetimesMs.access : lifetimesMs.refresh
  // Rounded up, because both ends of a life are cut to whole seconds.
  if (typeof exp === 'number' && exp - iat > Math.ceil(lifetimeMs / 1000)) return 'its life is longer than allowed'
  return undefined
}

/** Exact comparison of whole strings: neither a prefix nor, for `iss`, an array that contains the right one will do. */
function findPartyFault({ iss, aud }: JwtClaims, { issuer, audience }: ClaimsRules): string | undefined {
  if (issuer !== undefined && iss !== issuer) return 'iss is not the expected one'
  if (audience === undefined || aud === audience) return undefined
  const isAmong = Array.isArray(aud) && aud.every((name) => typeof name === 'string') && aud.includes(audience)
  return isAmong ? undefined : 'aud is not the expected one'
}

function toNumericDate(moment: number): number {
  return Math.floor(moment / 1000)
}

function toEpochMs(seconds: number | undefined): number | undefined {
  const moment = Math.floor((seconds ?? Number.NaN) * 1000)
  return Number.isSafeInteger(moment) ? moment : undefined
}

function isTokenUse(value: unknown): value is TokenUse {
  return value === 'access' || value === 'refresh'
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

/** PostgreSQL's text has no U+0000, and UTF-8 no lone surrogates: such an id would fail or meet another one. */
function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= maxIdLength &&
    value.isWellFormed() &&
    !value.includes('\0')
  )
}
