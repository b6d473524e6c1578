import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deriveKey } from './digest.ts'
import type { Random } from './random.ts'

/** Encrypts secrets at rest, so that the database alone is useless without SECRET_KEY. */
export type Seal = {
  /**
   * Encrypts a text for one place, under the current SECRET_KEY.
   *
   * @param place what the text is and where it is stored, such as `signing_keys:KID`; it cannot be decrypted for any
   *   other place
   * @throws Error without a SECRET_KEY
   */
  seal(plain: string, place: string): string
  /**
   * Decrypts a text that was stored at `place`.
   *
   * @returns also whether it was encrypted under a fallback, and must be encrypted again before that is removed
   * @throws Error if no key fits, or if the text was changed or moved; the message says what to do
   */
  open(sealed: string, place: string): { plain: string; needsResealing: boolean }
}

const FORMAT = 's1'
const NONCE_BYTES = 12
const TAG_BYTES = 16

type SealKey = { id: string; key: Buffer }

/**
 * AES-256-GCM with random nonces (NIST SP 800-38D §8.2.2: safe for 2^32 texts per key), under a key derived from
 * SECRET_KEY. The format is `s1.KEYID.DATA`. The id is a one-way digest that tells which key decrypts the text.
 *
 * @param options.secretKey empty for commands that run without one: they cannot encrypt
 * @param options.fallbacks previous values of SECRET_KEY: they only decrypt
 */
export function createSeal(options: { secretKey: string; fallbacks: readonly string[]; random: Random }): Seal {
  const { secretKey, fallbacks, random } = options
  const current = secretKey === '' ? undefined : sealKey(secretKey)
  const keys = current === undefined ? fallbacks.map(sealKey) : [...fallbacks.map(sealKey), current]
  const known = new Map(keys.map((key) => [key.id, key]))
  return {
    seal(plain, place) {
      if (current === undefined) throw new Error(`nothing can be encrypted at ${place} without a SECRET_KEY: set it`)
      const nonce = random.bytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: TAG_BYTES })
      cipher.setAAD(boundTo(current, place))
      const encrypted = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${FORMAT}.${current.id}.${encrypted.toString('base64url')}`
    },
    open(sealed, place) {
      const [format, id, data, ...rest] = sealed.split('.')
      if (format !== FORMAT || id === undefined || data === undefined || rest.length > 0) throw damaged(place)
      const key = known.get(id)
      if (key === undefined) {
        throw new Error(
          `the secret at ${place} was encrypted under another SECRET_KEY: set that one again, ` +
            'or add it to SECRET_KEY_FALLBACKS',
        )
      }
      return { plain: decrypt(key, Buffer.from(data, 'base64url'), place), needsResealing: key.id !== current?.id }
    },
  }
}

function sealKey(secret: string): SealKey {
  return { id: deriveKey(secret, 'seal key id').toString('base64url', 0, 9), key: deriveKey(secret, 'seal') }
}

function decrypt(key: SealKey, data: Buffer, place: string): string {
  if (data.length < NONCE_BYTES + TAG_BYTES) throw damaged(place)
  const nonce = data.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(key, place))
  decipher.setAuthTag(data.subarray(-TAG_BYTES))
  const start = decipher.update(data.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([start, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw damaged(place, cause)
  }
}

/** The additional data that the tag authenticates. */
function boundTo(key: SealKey, place: string): Buffer {
  return Buffer.from(`${FORMAT}.${key.id}.${place}`, 'utf8')
}

function damaged(place: string, cause?: unknown): Error {
  return new Error(
    `the encrypted secret at ${place} was changed or copied from elsewhere: restore the database from a backup`,
    { cause },
  )
}
