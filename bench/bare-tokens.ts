import {
  createHash,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'

export type BareAlgorithm = 'HS256' | 'ES256'

type BareClaims = { token_type: string; exp: number; iat: number; jti: string; sid: string; user_id: number }

/** One kind of token: signs claims, and verifies a token's signature and expiry, nothing else. */
type BareSigner = {
  sign(claims: BareClaims): string
  /** @throws Error if the signature or the time is wrong */
  verify(token: string): BareClaims
}

/** More than any round presents. When it is full, the memory is cleared. */
const REMEMBERED_TOKENS = 10_000

/**
 * A signer whose `verify` remembers valid tokens by their digest until they expire. For tokens that are presented again
 * and again.
 */
export function createRememberingSigner(algorithm: BareAlgorithm): BareSigner {
  const signer = createBareSigner(algorithm)
  const remembered = new Map<string, BareClaims>()
  return {
    ...signer,
    verify(token) {
      const key = createHash('sha256').update(token).digest('base64')
      const known = remembered.get(key)
      if (known !== undefined && known.exp * 1_000 > Date.now()) return known
      const claims = signer.verify(token)
      if (remembered.size >= REMEMBERED_TOKENS) remembered.clear()
      remembered.set(key, claims)
      return claims
    },
  }
}

/** A minimal JWT: one signature over two parts. */
export function createBareSigner(algorithm: BareAlgorithm): BareSigner {
  const header = `${Buffer.from(JSON.stringify({ alg: algorithm, typ: 'JWT' })).toString('base64url')}.`
  const { signText, isRight } = algorithm === 'HS256' ? hmac(createSecretKey(randomBytes(32))) : ecdsa()
  return {
    sign(claims) {
      const input = header + Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${input}.${signText(input)}`
    },
    verify(token) {
      const end = token.lastIndexOf('.')
      if (!isRight(token.slice(0, end), Buffer.from(token.slice(end + 1), 'base64url')))
        throw new Error('bad signature')
      const payload = Buffer.from(token.slice(token.indexOf('.') + 1, end), 'base64url').toString('utf8')
      const claims = JSON.parse(payload) as BareClaims
      if (claims.exp * 1_000 <= Date.now()) throw new Error('expired')
      return claims
    },
  }
}

type Primitive = { signText(input: string): string; isRight(input: string, signature: Buffer): boolean }

function hmac(key: KeyObject): Primitive {
  return {
    signText: (input) => createHmac('sha256', key).update(input).digest('base64url'),
    isRight(input, signature) {
      const expected = createHmac('sha256', key).update(input).digest()
      return expected.length === signature.length && timingSafeEqual(expected, signature)
    },
  }
}

function ecdsa(): Primitive {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const dsaEncoding = 'ieee-p1363'
  return {
    signText: (input) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding }).toString('base64url'),
    isRight: (input, signature) => verify('sha256', Buffer.from(input), { key: publicKey, dsaEncoding }, signature),
  }
}
