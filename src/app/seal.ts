import type { Config } from '../config/config.ts'
import type { Random } from '../platform/random.ts'
import { createSeal, type Seal } from '../platform/seal.ts'

/** Encrypts the secrets that the database stores. */
export function buildSeal({ config, random }: { config: Pick<Config, 'keys'>; random: Random }): Seal {
  const { secretKey, secretKeyFallbacks: fallbacks } = config.keys
  return createSeal({ secretKey, fallbacks, random })
}
