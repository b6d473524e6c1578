import { createHmac, generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import { type JwtRefusal, type JwtVerification, verifyJwt } from '../../src/tokens/jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey } from '../../src/tokens/jwt-key.ts'

// What an attacker needs to forge tokens: unsigned ones, or ones signed with the wrong key.

export const secret = 'a secret of more than thirty-two bytes'
export const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

export const keys = {
  HS256: createHmacJwtKey({ kid: 'hs', secret }),
  ES256: createAsymmetricJwtKey({ kid: 'es', algorithm: 'ES256', key: p256.privateKey }),
  EdDSA: createAsymmetricJwtKey({ kid: 'ed', algorithm: 'EdDSA', key: generateKeyPairSync('ed25519').privateKey }),
  RS256: createAsymmetricJwtKey({ kid: 'rs', algorithm: 'RS256', key: rsa.privateKey }),
}
const keysById = new Map<string | undefined, JwtKey>(Object.values(keys).map((key) => [key.kid, key]))
export const findKey = (kid: string | undefined) => keysById.get(kid)

export const claims = { token_type: 'access', exp: 1_900_000_300, iat: 1_900_000_000, jti: '0f'.repeat(16), user_id: 1 }

export const base64url = (content: string | Buffer) => Buffer.from(content).toString('base64url')

export const asPart = (content: unknown) => base64url(typeof content === 'string' ? content : JSON.stringify(content))

/**
 * A token with a correct HS256 signature, whatever its header and payload contain. Texts are used as they are, other
 * values as JSON.
 */
export function forge(header: unknown, payload: unknown = claims, key: string | Buffer = secret): string {
  const signingInput = `${asPart(header)}.${asPart(payload)}`
  return `${signingInput}.${createHmac('sha256', key).update(signingInput).digest('base64url')}`
}

export const hs256 = { alg: 'HS256', typ: 'JWT', kid: 'hs' }

export const refusalOf = (token: unknown): JwtRefusal | 'verified' => {
  const verification = verifyJwt(token, findKey)
  return verification.kind === 'verified' ? 'verified' : verification.reason
}

export const claimsOf = (verification: JwtVerification) =>
  verification.kind === 'verified' ? verification.claims : expect.fail(verification.reason)

/** The part with its last letter replaced by one that differs only in the unused bits. */
export function withUnusedBits(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1]
}

/** A letter that becomes this one when its upper byte is dropped, as Latin-1 encoding does. */
export function widened(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) + 0x100)
}
