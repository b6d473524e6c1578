import { constants, createHmac, type KeyObject, sign, verify } from 'node:crypto'
import { equalInConstantTime } from '../platform/digest.ts'
import type { JwtKey, VerificationKey } from './jwt-key.ts'

const es256SignatureBytes = 64

/**
 * The base64url signature of a JWS signing input (RFC 7515 §5.1, step 5). HS256, EdDSA and RS256 always give the same
 * text for the same input; ES256 gives a different one each time.
 *
 * @param signingInput ASCII: the encoded header, a dot, the encoded payload.
 * @throws Error if the key can only verify.
 */
export function signInput(key: JwtKey, signingInput: string): string {
  const { algorithm, signKey } = key
  if (signKey === undefined) throw new Error(`the ${algorithm} key ${key.kid ?? '(without kid)'} cannot sign`)
  const input = Buffer.from(signingInput, 'latin1')
  switch (algorithm) {
    case 'HS256':
      return createHmac('sha256', signKey).update(input).digest('base64url')
    case 'ES256':
      return sign('sha256', input, { key: signKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    case 'EdDSA':
      return sign(null, input, signKey).toString('base64url')
    case 'RS256':
      return sign('sha256', input, pkcs1(signKey)).toString('base64url')
  }
}

/**
 * Whether the signature fits the signing input under this key and its algorithm. HS256 compares in constant time and
 * requires all 32 bytes. ES256 requires r and s side by side, 64 bytes (RFC 7518 §3.4), never DER.
 */
export function isSignatureValid(key: VerificationKey, signingInput: Buffer, signature: Buffer): boolean {
  const { algorithm, verifyKey } = key
  switch (algorithm) {
    case 'HS256': {
      // Through a text: that takes 1.3 µs, while it takes node:crypto 1.6 µs to create the Buffer of the digest.
      const digest = createHmac('sha256', verifyKey).update(signingInput).digest('latin1')
      return equalInConstantTime(Buffer.from(digest, 'latin1'), signature)
    }
    case 'ES256':
      // OpenSSL refuses other lengths too, but node:crypto does not promise that.
      if (signature.length !== es256SignatureBytes) return false
      return verify('sha256', signingInput, { key: verifyKey, dsaEncoding: 'ieee-p1363' }, signature)
    case 'EdDSA':
      return verify(null, signingInput, verifyKey, signature)
    case 'HS384':
    case 'HS512': {
      const digest = createHmac(digestOf(algorithm), verifyKey).update(signingInput).digest()
      return equalInConstantTime(digest, signature)
    }
    case 'RS256':
    case 'RS384':
    case 'RS512':
      return verify(digestOf(algorithm), signingInput, pkcs1(verifyKey), signature)
  }
}

function pkcs1(key: KeyObject) {
  return { key, padding: constants.RSA_PKCS1_PADDING }
}

function digestOf(algorithm: `${'HS' | 'RS'}${256 | 384 | 512}`): string {
  return `sha${algorithm.slice(2)}`
}
