import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'

/**
 * The signature algorithms that Latchkey supports (RFC 7518 §3.1, RFC 8037 §3.1). All others are refused, `none` first
 * of all.
 */
export const jwtAlgorithms = ['HS256', 'ES256', 'EdDSA', 'RS256'] as const

export type JwtAlgorithm = (typeof jwtAlgorithms)[number]

/** The algorithms of servers that Latchkey has replaced. It verifies their tokens, and signs none. */
type FormerAlgorithm = 'HS384' | 'HS512' | 'RS384' | 'RS512'

/**
 * The `typ` headers that Latchkey writes: a plain JWT (RFC 7519 §5.1), an access token (RFC 9068 §2.1), a security
 * event token (RFC 8417 §2.3).
 */
const jwtTypes = ['JWT', 'at+jwt', 'secevent+jwt'] as const

export type JwtType = (typeof jwtTypes)[number]

/**
 * A key and its only algorithm. The algorithm belongs to the key, so a token can only agree with it, never choose it
 * (RFC 8725 §3.1).
 */
export type JwtKey = {
  /** The `kid` header of its tokens; undefined leaves the header out. */
  readonly kid: string | undefined
  readonly algorithm: JwtAlgorithm
  /** HS256: the secret. Otherwise the public key. */
  readonly verifyKey: KeyObject
  /** HS256: the secret. Otherwise the private key, or undefined if this process only verifies with the key. */
  readonly signKey: KeyObject | undefined
  /** The encoded header of its tokens, including the dot, per `typ`. */
  readonly encodedHeaders: Readonly<Record<JwtType, string>>
}

/** A key that only verifies, and its only algorithm. */
export type VerificationKey = { readonly algorithm: JwtAlgorithm | FormerAlgorithm; readonly verifyKey: KeyObject }

/**
 * An HS256 key. Short secrets are accepted: `keys/secret-key-policy.ts` has already checked SECRET_KEY.
 *
 * @throws RangeError if the secret is empty.
 */
export function createHmacJwtKey({ kid, secret }: { kid?: string | undefined; secret: string | Buffer }): JwtKey {
  if (Buffer.byteLength(secret) === 0) throw new RangeError('an HS256 secret must not be empty')
  const key = typeof secret === 'string' ? createSecretKey(secret, 'utf8') : createSecretKey(secret)
  return { kid, algorithm: 'HS256', verifyKey: key, signKey: key, encodedHeaders: encodeHeaders('HS256', kid) }
}

type AsymmetricJwtKeyOptions = {
  kid?: string | undefined
  algorithm: Exclude<JwtAlgorithm, 'HS256'>
  /** A private key signs and verifies; a public key only verifies. */
  key: KeyObject
}

/**
 * A key for ES256 (P-256), EdDSA (Ed25519) or RS256 (2048 bits or more).
 *
 * @throws TypeError if the key is of another kind than the algorithm needs.
 * @throws RangeError if an RSA key is too short, or its public exponent below 65537.
 */
export function createAsymmetricJwtKey({ kid, algorithm, key }: AsymmetricJwtKeyOptions): JwtKey {
  if (key.type === 'secret') throw new TypeError(`${algorithm} needs a private or a public key, not a secret`)
  refuseUnfitKey(algorithm, key)
  const isPrivate = key.type === 'private'
  return {
    kid,
    algorithm,
    verifyKey: isPrivate ? createPublicKey(key) : key,
    signKey: isPrivate ? key : undefined,
    encodedHeaders: encodeHeaders(algorithm, kid),
  }
}

function refuseUnfitKey(algorithm: AsymmetricJwtKeyOptions['algorithm'], key: KeyObject): void {
  const type = key.asymmetricKeyType
  const details = key.asymmetricKeyDetails
  switch (algorithm) {
    case 'ES256':
      if (type !== 'ec' || details?.namedCurve !== 'prime256v1') throw new TypeError('ES256 needs a key on P-256')
      return
    case 'EdDSA':
      if (type !== 'ed25519') throw new TypeError('EdDSA needs an Ed25519 key')
      return
    case 'RS256':
      if (type !== 'rsa') throw new TypeError('RS256 needs an RSA key')
      if ((details?.modulusLength ?? 0) < 2048) throw new RangeError('RS256 needs an RSA key of 2048 bits or more')
      if ((details?.publicExponent ?? 0n) < 65537n)
        throw new RangeError('RS256 needs a public exponent of 65537 or more')
      return
  }
}

function encodeHeaders(algorithm: JwtAlgorithm, kid: string | undefined): Readonly<Record<JwtType, string>> {
  const encode = (typ: JwtType) => `${Buffer.from(JSON.stringify({ alg: algorithm, typ, kid })).toString('base64url')}.`
  return { JWT: encode('JWT'), 'at+jwt': encode('at+jwt'), 'secevent+jwt': encode('secevent+jwt') }
}
