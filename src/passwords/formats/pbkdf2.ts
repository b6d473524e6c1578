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

// Keycloak, passlib and Auth0 share one form: pbkdf2-sha512$<iterations>$<salt>$<digest>, both in base64 without padding.
// PHC strings write `i=<iterations>,l=<length>` instead, and passlib writes `.` for `+`.
const layout =
  /^pbkdf2(?:-(?<algorithm>sha1|sha256|sha512))?\$(?:i=)?(?<iterations>\d+)(?:,l=\d+)?\$(?<salt>[^$]+)\$(?<digest>[^$]+)$/

const blockBytes = { sha1: 20, sha256: 32, sha512: 64 } as const

/** Reads `pbkdf2$…` (SHA-1), `pbkdf2-sha256$…` and `pbkdf2-sha512$…`: any salt, a digest of 16 to 128 bytes. */
export const readPbkdf2Bytes: HashReader = (encoded) => {
  const fields = layout.exec(encoded)?.groups
  const algorithm = (fields?.algorithm ?? 'sha1') as keyof typeof blockBytes
  const iterations = readDecimal(fields?.iterations, maximumIterations)
  const salt = readBase64(fields?.salt?.replaceAll('.', '+'), 'unpadded')
  const digest = readBase64(fields?.digest?.replaceAll('.', '+'), 'unpadded')
  if (!iterations || !salt || salt.length > 128 || !digest || digest.length < 16 || digest.length > 128)
    return undefined
  // Each block of the digest costs all iterations.
  if (iterations * Math.ceil(digest.length / blockBytes[algorithm]) > maximumIterations) return undefined
  return {
    kind: `pbkdf2-${algorithm}$${iterations}$${digest.length}`,
    matches: async (password) => {
      const derived = await derive(password, salt, iterations, digest.length, algorithm)
      return equalInConstantTime(derived, digest) && !password.includes('\0')
    },
  }
}
