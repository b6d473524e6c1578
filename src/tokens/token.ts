import { AuthError } from '../errors.ts'
import type { JwtClaims } from './jwt.ts'
import { lenientTimes, toEpochMs } from './numeric-date.ts'

/** What a token is for: the `token_type` claim. */
export type TokenUse = 'access' | 'refresh'

/**
 * The account that a token names. `named`: the `uid` of an account, as text; the account may not exist. `missing`: the
 * token has no claim for it. `unusable`: the claim contains something that cannot be a `uid`.
 */
type Subject =
  | { readonly kind: 'named'; readonly uid: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unusable' }

/**
 * A token as everything outside of `tokens/` sees it. Its signature, times and parties are verified; whether its
 * session is active is not. Times are epoch milliseconds.
 */
export type Token = {
  /** Undefined only under `COMPATIBILITY=simplejwt`, for a token without `token_type`. */
  readonly use: TokenUse | undefined
  readonly subject: Subject
  /** The `sid`. Undefined: another server issued the token, under the same key. */
  readonly sessionId: string | undefined
  /** The `jti`. For a foreign token whose `jti` is not text, that value as JSON. */
  readonly tokenId: string | undefined
  readonly issuedAt: number | undefined
  /** The first moment at which it has expired. */
  readonly expiresAt: number | undefined
  /** Set for a token of the server that Latchkey replaced, accepted by CARRY_OVER_SECRET. It names no session here. */
  readonly isCarriedOver?: boolean
  /** Set for such a token that is access and refresh token in one (SimpleJWT's sliding tokens). Its `use` is `access`. */
  readonly isSliding?: boolean
  /** The claims without a meaning to this server. A refresh copies them to the new tokens (contract section 5). */
  readonly extra: JwtClaims
}

/** Decides which claims have a meaning to this server. See `ClaimsRules`. */
export type ReadingRules = {
  isLenient: boolean
  userIdClaim: string
  issuer: string | undefined
  audience: string | undefined
  hasSubject: boolean
}

/** The largest size of claims other than our own in a token, in bytes of JSON: half of what a token can hold. */
export const maxExtraClaimsBytes = 4096

const maxIdLength = 255

/** Reads a verified claims set. */
export function readToken(claims: JwtClaims, rules: ReadingRules): Token {
  return {
    use: isTokenUse(claims.token_type) ? claims.token_type : undefined,
    subject: readSubject(claims, rules.userIdClaim),
    sessionId: isId(claims.sid) ? claims.sid : undefined,
    tokenId: readTokenId(claims, rules),
    issuedAt: toEpochMs(lenientTimes.iat(claims.iat)),
    expiresAt: toEpochMs(lenientTimes.exp(claims.exp)),
    extra: withoutOwnClaims(claims, rules),
  }
}

/**
 * The `uid` of the account that a token names.
 *
 * @throws AuthError `token_without_account` if it names none, `account_not_found` if the value cannot be an account
 */
export function requireUid({ subject }: Pick<Token, 'subject'>): string {
  if (subject.kind === 'named') return subject.uid
  if (subject.kind === 'missing') throw new AuthError('token_without_account')
  throw new AuthError('account_not_found', { detail: 'the user id claim contains no id' })
}

/** The `uid` of the account that a token names, or undefined. */
export function uidOf({ subject }: Pick<Token, 'subject'>): string | undefined {
  return subject.kind === 'named' ? subject.uid : undefined
}

/** Whether claims other than our own are larger than `maxExtraClaimsBytes`. Such a token cannot be refreshed. */
export function isExtraTooLarge({ extra }: Pick<Token, 'extra'>): boolean {
  for (const _ in extra) return Buffer.byteLength(JSON.stringify(extra)) > maxExtraClaimsBytes
  return false
}

export function isTokenUse(value: unknown): value is TokenUse {
  return value === 'access' || value === 'refresh'
}

/**
 * A text of 1 to 255 characters that both databases can store: PostgreSQL has no U+0000, UTF-8 has no lone surrogates.
 */
export function isId(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= maxIdLength &&
    value.isWellFormed() &&
    !value.includes('\0')
  )
}

/** The claims of most tokens, except our own: none. */
const NO_CLAIMS: JwtClaims = Object.freeze({})

/** All claims except our own. The builder writes our own again, so those that the rules set are left out too. */
export function withoutOwnClaims(claims: JwtClaims, rules: ReadingRules): JwtClaims {
  const others = Object.keys(claims).filter((name) => !isOwnClaim(name, rules))
  // Not by assigning, because a claim may be named `__proto__`.
  return others.length === 0 ? NO_CLAIMS : Object.fromEntries(others.map((name) => [name, claims[name]]))
}

function isOwnClaim(name: string, { userIdClaim, issuer, audience, hasSubject }: ReadingRules): boolean {
  switch (name) {
    case 'iss':
      return issuer !== undefined
    case 'aud':
      return audience !== undefined
    case 'sub':
      return hasSubject || userIdClaim === 'sub'
    default:
      return ALWAYS_OWN.has(name) || name === userIdClaim
  }
}

const ALWAYS_OWN: ReadonlySet<string> = new Set(['token_type', 'exp', 'iat', 'jti', 'sid'])

/** A positive integer, or a text that can be an id (contract section 5). */
function readSubject(claims: JwtClaims, userIdClaim: string): Subject {
  if (!Object.hasOwn(claims, userIdClaim)) return { kind: 'missing' }
  const value = claims[userIdClaim]
  if (isId(value)) return { kind: 'named', uid: value }
  const isPositiveInteger = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
  return isPositiveInteger ? { kind: 'named', uid: String(value) } : { kind: 'unusable' }
}

function readTokenId({ jti }: JwtClaims, { isLenient }: ReadingRules): string | undefined {
  if (isId(jti)) return jti
  return isLenient && jti !== undefined && jti !== null ? JSON.stringify(jti) : undefined
}
