import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { equalInConstantTime } from '../../platform/digest.ts'
import { type HashReader, readBase64, readDecimal, type StoredHash } from './stored-hash.ts'

const derive = promisify(pbkdf2)

/** Ten times what Django 5.2 uses, a few seconds of work. */
const maximumIterations = 10_000_000

/** Reads `pbkdf2_sha256$<iterations>$<salt>$<digest in base64>`, Django's default. */
export const readPbkdf2Sha256: HashReader = (encoded) => read(encoded, 'sha256', 32)

/** Reads `pbkdf2_sha1$<iterations>$<salt>$<digest in base64>`. */
export const readPbkdf2Sha1: HashReader = (encoded) => read(encoded, 'sha1', 20)

function read(encoded: string, algorithm: 'sha256' | 'sha1', digestBytes: number): StoredHash | undefined {
  const [name, iterationsText, salt, digestText, ...others] = encoded.split('$')
  const iterations = readDecimal(iterationsText, maximumIterations)
  const digest = readBase64(digestText, 'padded')
  if (others.length > 0 || !iterations || !salt || digest?.length !== digestBytes) return undefined
  return {
    kind: `${name}$${iterations}`,
    matches: async (password) => {
      const derived = await derive(password, salt, iterations, digestBytes, algorithm)
      // HMAC pads its key with zeros, so that "pw" and "pw\0" give one digest; Django never hashed a password with NUL.
      return equalInConstantTime(derived, digest) && !password.includes('\0')
    },
  }
}
