import { randomBytes } from 'node:crypto'

/** Draws random bytes. It is passed to everything that needs it, so that tests can repeat a run. */
export type Random = {
  /** `size` bytes from the CSPRNG. */
  bytes(size: number): Buffer
}

/** How many bytes are drawn at a time. A draw costs some microseconds, however small it is. */
const DRAWN_BYTES = 4_096

/** The operating system's generator: the only place in the sources that draws random bytes. */
export const systemRandom: Random = createSystemRandom()

function createSystemRandom(): Random {
  let drawn = Buffer.alloc(0)
  let used = 0
  return {
    bytes(size) {
      if (size > DRAWN_BYTES) return randomBytes(size)
      if (drawn.length - used < size) {
        drawn = randomBytes(DRAWN_BYTES)
        used = 0
      }
      const bytes = Buffer.from(drawn.subarray(used, used + size))
      // Never overwrite bytes that were handed out: the caller keeps them.
      drawn.fill(0, used, used + size)
      used += size
      return bytes
    },
  }
}

/** A new identifier of 128 bits as 32 hex digits: session ids and the `jti` of access tokens. */
export function randomId(random: Random): string {
  return random.bytes(16).toString('hex')
}

/** A new secret of 256 bits in base64url, 43 characters. */
export function randomSecret(random: Random): string {
  return random.bytes(32).toString('base64url')
}
