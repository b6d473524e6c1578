import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'

/** SHA-256 of a text or bytes, in base64url. Used for cache keys, and for secrets that are stored only as a digest. */
export function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'base64url')
}

/** HMAC-SHA-256 of `data` under `key`. */
export function hmacSha256(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

/** Whether two byte strings are equal. The time depends only on their lengths. */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * A 32-byte key for one purpose, derived from the server's secret with HKDF-SHA-256 (RFC 5869). Keys for different
 * purposes are unrelated, so one cannot verify or decrypt what another signed or encrypted.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'utf8'), '', `latchkey ${purpose}`, 32))
}
