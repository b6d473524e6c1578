import { hash } from 'node:crypto'

const NONCE_DIGITS = 16
const MAC_DIGITS = 16

/** How many random bytes a nonce has. */
export const nonceBytes = NONCE_DIGITS / 2

/**
 * When an access token was issued and when it expires, in epoch milliseconds. Only whole seconds count, as in its
 * claims.
 */
type AccessTokenLife = { issuedAt: number; expiresAt: number }

/**
 * The `jti` of an access token: 32 hex digits, consisting of a nonce and a MAC of the nonce and the token's life under
 * the session's seed. So a session can tell its own access tokens from those that somebody made with a leaked key.
 *
 * @param nonce 16 hex digits, drawn for each token
 */
export function accessTokenId(seed: string, nonce: string, { issuedAt, expiresAt }: AccessTokenLife): string {
  const life = `${Math.floor(issuedAt / 1000)} ${Math.floor(expiresAt / 1000)}`
  // A plain hash works as a MAC here, because the seed comes last and nobody sees the whole digest.
  return nonce + hash('sha256', `access ${nonce} ${life} ${seed}`, 'hex').slice(0, MAC_DIGITS)
}

/** Whether this is the `jti` of an access token that was issued for the session with this seed, with this life. */
export function isAccessTokenId(seed: string, jti: unknown, life: AccessTokenLife): boolean {
  return (
    typeof jti === 'string' &&
    /^[0-9a-f]{32}$/.test(jti) &&
    accessTokenId(seed, jti.slice(0, NONCE_DIGITS), life) === jti
  )
}
