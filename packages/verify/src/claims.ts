import { VerifyError } from './verify-error.ts'

/** A claims set with a verified signature. */
export type Claims = Readonly<Record<string, unknown>>

/** What the claims of an access token must say. */
export type ClaimsRules = {
  /** The exact `iss`. null: the deployment has `ISSUER=none`, and tokens must not have an `iss`. */
  issuer: string | null
  /** `aud` must contain one of these. Empty: the deployment has no `AUDIENCE`, and tokens must not have an `aud`. */
  audiences: readonly string[]
  /** How far `exp` may have passed and `nbf` may be in the future, in seconds. */
  leewaySeconds: number
}

/**
 * How far `iat` may be in the future, in seconds. The token comes from a server that we trust, so this only detects clocks
 * that are badly wrong. A narrow limit would refuse every fresh token as soon as our clock is a little behind.
 */
const MAX_CLOCK_DIFFERENCE_SECONDS = 60

/**
 * Checks everything in the claims that does not change with time: issuer, audience, the type of the times, and
 * `token_type`. It compares whole strings. `iss` must be one string; an array is refused (RFC 8725 §3.8).
 *
 * Without an expected audience, a token that names one is refused: it is meant for somebody else (RFC 7519 §4.1.3).
 *
 * @throws VerifyError `token_not_valid`; `token_of_wrong_type` for a refresh token
 */
export function checkFixedClaims(claims: Claims, { issuer, audiences }: ClaimsRules): void {
  if (issuer === null ? Object.hasOwn(claims, 'iss') : own(claims, 'iss') !== issuer) {
    throw refusal('its iss is not the expected issuer')
  }
  const aud = own(claims, 'aud')
  if (audiences.length === 0) {
    if (aud !== undefined) throw refusal('it has an aud, but the verifier has no audience: set audience')
  } else if (!isForOneOf(aud, audiences)) {
    throw refusal('its aud is not the expected audience')
  }
  if (!isTime(own(claims, 'exp'))) throw refusal('its exp is missing or is not a time')
  if (!isTime(own(claims, 'iat'))) throw refusal('its iat is missing or is not a time')
  if (Object.hasOwn(claims, 'nbf') && !isTime(claims.nbf)) throw refusal('its nbf is not a time')
  if (own(claims, 'token_type') !== 'access') {
    throw new VerifyError('token_of_wrong_type', { detail: 'its token_type is not access' })
  }
}

/**
 * Checks the times (RFC 7519 §4.1.4 to §4.1.6) of claims that have passed `checkFixedClaims`.
 *
 * @param now epoch milliseconds
 * @throws VerifyError `token_not_valid`
 */
export function checkTimes(claims: Claims, { leewaySeconds }: Pick<ClaimsRules, 'leewaySeconds'>, now: number): void {
  const nowSeconds = Math.floor(now / 1000)
  if (Number(claims.exp) <= nowSeconds - leewaySeconds) throw refusal('it has expired')
  if (claims.nbf !== undefined && Number(claims.nbf) > nowSeconds + leewaySeconds)
    throw refusal('its nbf is in the future')
  if (Number(claims.iat) > nowSeconds + Math.max(leewaySeconds, MAX_CLOCK_DIFFERENCE_SECONDS)) {
    throw refusal('its iat is in the future: compare the clocks')
  }
}

/** A claim of its own, never something from the prototype. */
export function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function isForOneOf(aud: unknown, audiences: readonly string[]): boolean {
  if (typeof aud === 'string') return audiences.includes(aud)
  if (!Array.isArray(aud) || !aud.every((name) => typeof name === 'string')) return false
  return aud.some((name) => audiences.includes(name))
}

/** A NumericDate (RFC 7519 §2) that a clock can reach. JSON can contain 1e999, which JavaScript reads as infinity. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER / 1000
}

function refusal(detail: string): VerifyError {
  return new VerifyError('token_not_valid', { detail })
}
