import type { Random } from '../platform/random.ts'
import { isCurrentArgon2, makeArgon2, readArgon2 } from './formats/argon2.ts'
import { readBcrypt, readBcryptSha256 } from './formats/bcrypt.ts'
import { readBetterAuth } from './formats/better-auth.ts'
import { readFirebaseScrypt } from './formats/firebase-scrypt.ts'
import { readPbkdf2Bytes, readPbkdf2Sha1, readPbkdf2Sha256 } from './formats/pbkdf2.ts'
import { readScrypt } from './formats/scrypt.ts'
import { readBareMd5, readMd5, readSha1 } from './formats/sha1-and-md5.ts'
import type { HashReader, StoredHash } from './formats/stored-hash.ts'
import type { HashParameters } from './hash-parameters.ts'

/** Which of the known formats are accepted. */
export type HashPolicy = {
  /** Whether plain SHA-1 and MD5, salted or not, are accepted until the next login replaces them. */
  allowWeakHashes: boolean
}

/** The formats by the text before the first `$`, as Django distinguishes them. See `storedForm`. */
const readers: ReadonlyMap<string, HashReader> = new Map([
  ['argon2', readArgon2],
  ['pbkdf2_sha256', readPbkdf2Sha256],
  ['pbkdf2_sha1', readPbkdf2Sha1],
  ['bcrypt_sha256', readBcryptSha256],
  ['bcrypt', readBcrypt],
  ['scrypt', readScrypt],
  // Those of other systems.
  ['pbkdf2', readPbkdf2Bytes],
  ['pbkdf2-sha1', readPbkdf2Bytes],
  ['pbkdf2-sha256', readPbkdf2Bytes],
  ['pbkdf2-sha512', readPbkdf2Bytes],
  ['fbscrypt', readFirebaseScrypt],
  ['better-auth', readBetterAuth],
])

const weakReaders: ReadonlyMap<string, HashReader> = new Map([
  ['sha1', readSha1],
  ['md5', readMd5],
])

/** Longer than any hash Django stores (128 characters), with room for long salts. */
const maximumEncodedLength = 512

/**
 * The stored hash, in any of Django's formats or those of other systems. Undefined if no password can match it: unusable
 * passwords (`!…`), `crypt`, unknown and malformed texts, costs beyond the limits in `formats/`, and weak formats that are
 * not allowed.
 */
export function readHash(encoded: string, { allowWeakHashes }: HashPolicy): StoredHash | undefined {
  if (encoded.length > maximumEncodedLength) return undefined
  const prefix = encoded.slice(0, Math.max(0, encoded.indexOf('$')))
  const reader = readers.get(prefix)
  if (reader !== undefined) return reader(encoded)
  if (!allowWeakHashes) return undefined
  return prefix === '' ? readBareMd5(encoded) : weakReaders.get(prefix)?.(encoded)
}

/**
 * Hashes a new password: argon2id with a fresh salt, in Django's format (`argon2$argon2id$v=19$m=19456,t=2,p=1$…`), so
 * that accounts can move back.
 */
export function hashPassword(password: string, parameters: HashParameters, random: Random): Promise<string> {
  return makeArgon2(password, parameters, random)
}

/**
 * Whether a hash differs from what `hashPassword` would produce with these parameters. More expensive hashes count too:
 * an account whose password takes longer to verify would stand out.
 */
export function needsRehash(encoded: string, parameters: HashParameters): boolean {
  return !isCurrentArgon2(encoded, parameters)
}
