import { createHmac } from 'node:crypto'
import { isObject, type Json, type JsonObject, parseJson, toJson } from './json.ts'

/** The two readable parts of a JWT. */
export type DecodedToken = { header: JsonObject; claims: JsonObject }

/** Header and claims of a compact JWT, unverified; `undefined` for anything else. */
export function decodeToken(text: Json): DecodedToken | undefined {
  if (typeof text !== 'string') return undefined
  const parts = text.split('.')
  if (parts.length !== 3) return undefined
  const [header, claims] = parts.slice(0, 2).map(decodeSegment)
  return isObject(header) && isObject(claims) && Object.hasOwn(header, 'alg') ? { header, claims } : undefined
}

function decodeSegment(segment: string): Json | undefined {
  try {
    return parseJson(decodeUtf8(Buffer.from(segment, 'base64url')))
  } catch {
    return undefined
  }
}

/**
 * Text of bytes in UTF-8.
 *
 * @throws TypeError when they are not UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** JSON as a token's segment. */
export function encodeSegment(value: Json): string {
  return Buffer.from(toJson(value, { compact: true })).toString('base64url')
}

const digests: Record<string, string> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }

/** Signs a token with HMAC, by the `alg` of its header; the signature is empty for every other algorithm. */
export function signToken({ header, claims }: DecodedToken, key: string): string {
  const message = `${encodeSegment(header)}.${encodeSegment(claims)}`
  const digest = typeof header.alg === 'string' ? digests[header.alg] : undefined
  return `${message}.${digest ? createHmac(digest, key).update(message).digest('base64url') : ''}`
}
