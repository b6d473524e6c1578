import { randomBytes } from 'node:crypto'

/** Draws random bytes. Handed to whatever needs it, so that tests can repeat a run. */
export type Random = {
  /** `size` bytes from the CSPRNG. */
  bytes(size: number): Buffer
}

/** The operating system's generator: the only place in the sources that draws random bytes. */
export const systemRandom: Random = { bytes: (size) => randomBytes(size) }

/** A new identifier of 128 bits as 32 hex digits: session ids and the `jti` of access tokens. */
export function randomId(random: Random): string {
  return random.bytes(16).toString('hex')
}

/** A new secret of 256 bits in base64url, 43 characters. */
export function randomSecret(random: Random): string {
  return random.bytes(32).toString('base64url')
}
