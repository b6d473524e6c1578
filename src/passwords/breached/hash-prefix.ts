import { hash } from 'node:crypto'

/**
 * How many leading bits of a SHA-1 digest the filter works with: as many as a number holds exactly, and 13 hexadecimal
 * digits. Among a billion digests a hundred share theirs with another one.
 */
export const PREFIX_BITS = 52

/** The leading bits of a password's SHA-1 digest, under which corpora list it. Nothing is protected by that digest. */
export function prefixOfPassword(password: string | Uint8Array): number {
  return prefixOfDigest(hash('sha1', password, 'buffer'))
}

function prefixOfDigest(digest: Buffer): number {
  return digest.readUInt32BE(0) * 2 ** 20 + (digest.readUInt32BE(4) >>> 12)
}
