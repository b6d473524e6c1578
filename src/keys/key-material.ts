import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { deriveKey, sha256 } from '../platform/digest.ts'
import type { createAsymmetricJwtKey, createHmacJwtKey, JwtAlgorithm, JwtKey } from '../tokens/jwt-key.ts'

type JsonWebKey = webcrypto.JsonWebKey

type AsymmetricAlgorithm = Exclude<JwtAlgorithm, 'HS256'>

/** A public key for other services: no private members, and everything they need to select it (RFC 7517 §4). */
export type PublicJwk = JsonWebKey & { kid: string; alg: AsymmetricAlgorithm; use: 'sig' }

/** The keys that belong to one signing key, ready for use. */
export type TokenKeys = {
  access: JwtKey
  /** Always HS256, because Latchkey must be able to compute the same refresh token again, and nobody else reads it. */
  refresh: JwtKey
  /** Undefined for HS256: there is nothing to publish. */
  publicJwk: PublicJwk | undefined
}

/** The functions of `tokens/` that create keys. */
export type JwtKeyMakers = {
  createHmacJwtKey: typeof createHmacJwtKey
  createAsymmetricJwtKey: typeof createAsymmetricJwtKey
}

/** A private key as JSON text. Encrypt it at once. */
type NewPrivateKey = { kid: string; privateJwk: string }

const generate: { [A in AsymmetricAlgorithm]: () => Promise<{ privateKey: KeyObject }> } = {
  ES256: () => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' }),
  EdDSA: () => promisify(generateKeyPair)('ed25519', {}),
  RS256: () => promisify(generateKeyPair)('rsa', { modulusLength: 3072 }),
}

/**
 * Creates a key pair outside the event loop: an RSA key takes most of a second. Its `kid` is its RFC 7638 thumbprint.
 */
export async function generatePrivateKey(algorithm: AsymmetricAlgorithm): Promise<NewPrivateKey> {
  const { privateKey } = await generate[algorithm]()
  const kid = thumbprintOf(publicMembers(privateKey))
  return { kid, privateJwk: JSON.stringify(privateKey.export({ format: 'jwk' })) }
}

/**
 * Prepares an asymmetric signing key for use. Its refresh tokens are signed with a secret derived from the private key,
 * under their own `kid`. So the secret ends with the key, and no database contains it.
 *
 * @param privateJwk as written by `generatePrivateKey`
 */
export function tokenKeysOf(
  { kid, algorithm, privateJwk }: NewPrivateKey & { algorithm: AsymmetricAlgorithm },
  makers: JwtKeyMakers,
): TokenKeys {
  const jwk: { d: string } = JSON.parse(privateJwk)
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return {
    access: makers.createAsymmetricJwtKey({ kid, algorithm, key }),
    refresh: makers.createHmacJwtKey({ kid: refreshKidOf(kid), secret: deriveKey(jwk.d, 'refresh tokens') }),
    publicJwk: { ...publicMembers(key), kid, alg: algorithm, use: 'sig' },
  }
}

/** The `kid` of refresh tokens under an asymmetric key. */
export function refreshKidOf(kid: string): string {
  return `${kid}.r`
}

/**
 * SECRET_KEY as an HS256 key, for both kinds of tokens. The key is its UTF-8 bytes, as in SimpleJWT.
 *
 * @param hasKid false leaves the `kid` out of tokens, as SimpleJWT does
 */
export function tokenKeysOfSecret(secret: string, hasKid: boolean, makers: JwtKeyMakers): TokenKeys {
  const key = makers.createHmacJwtKey({ kid: hasKid ? secretKeyId(secret) : undefined, secret })
  return { access: key, refresh: key, publicJwk: undefined }
}

/** The `kid` of a secret: a one-way digest. */
export function secretKeyId(secret: string): string {
  return deriveKey(secret, 'kid').toString('base64url', 0, 16)
}

function publicMembers(key: KeyObject): JsonWebKey {
  return createPublicKey(key).export({ format: 'jwk' })
}

/**
 * The SHA-256 thumbprint of a public key: a digest of its required members in alphabetical order (RFC 7638 §3, RFC 8037
 * §2).
 */
function thumbprintOf({ crv, e, kty, n, x, y }: JsonWebKey): string {
  return sha256(JSON.stringify({ crv, e, kty, n, x, y }))
}
