import { hash } from 'node:crypto'
import type { HashReader, StoredHash } from './stored-hash.ts'

// bcrypt's own string behind Django's prefix: `<prefix>$$2b$12$`, then 22 characters of salt and 31 of digest.
const layout = /^(?:bcrypt|bcrypt_sha256)\$\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53}$/

const minimumCost = 4

/** Sixteen times the work of Django's 12, a few seconds: each step doubles it. */
const maximumCost = 16

/** Reads `bcrypt_sha256$…`: bcrypt over the hex digits of the password's SHA-256, so that every byte counts. */
export const readBcryptSha256: HashReader = (encoded) =>
  read(encoded, (password, bcryptHash) => verify(hash('sha256', password, 'hex'), bcryptHash))

/**
 * Reads `bcrypt$…`: bcrypt over the password itself, of which it uses only 72 bytes. The rest is not in the hash and
 * cannot be verified; the rehash after the login makes the whole password count.
 */
export const readBcrypt: HashReader = (encoded) =>
  // bcrypt repeats the password followed by NUL until 72 bytes are full, so "pw\0pw" would pass for "pw".
  read(encoded, async (password, bcryptHash) => (await verify(password, bcryptHash)) && !password.includes('\0'))

/** Loaded with the first of these hashes: most servers never see one. */
async function verify(password: string, bcryptHash: string): Promise<boolean> {
  const { verify } = await import('@node-rs/bcrypt')
  return verify(password, bcryptHash)
}

function read(
  encoded: string,
  matches: (password: string, bcryptHash: string) => Promise<boolean>,
): StoredHash | undefined {
  const cost = Number(layout.exec(encoded)?.groups?.cost)
  if (!(cost >= minimumCost && cost <= maximumCost)) return undefined
  const prefixEnd = encoded.indexOf('$')
  const bcryptHash = encoded.slice(prefixEnd + 1)
  return {
    kind: `${encoded.slice(0, prefixEnd)}$${cost}`,
    matches: (password) => matches(password, bcryptHash),
  }
}
