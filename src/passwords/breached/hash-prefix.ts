import { hash } from 'node:crypto'

/**
 * How many leading bits of a SHA-1 digest the filter uses: as many as a number holds exactly, and 13 hexadecimal
 * digits. Among a billion digests, about a hundred share theirs with another one.
 */
export const PREFIX_BITS = 52

/** The leading bits of a password's SHA-1 digest, the form in which corpora list it. This digest protects nothing. */
export function prefixOfPassword(password: string | Uint8Array): number {
  return prefixOfDigest(hash('sha1', password, 'buffer'))
}

function prefixOfDigest(digest: Buffer): number {
  return digest.readUInt32BE(0) * 2 ** 20 + (digest.readUInt32BE(4) >>> 12)
}
