import type { Seal } from '../platform/seal.ts'
import {
  generatePrivateKey,
  type JwtKeyMakers,
  secretKeyId,
  type TokenKeys,
  tokenKeysOf,
  tokenKeysOfSecret,
} from './key-material.ts'
import type { StoredKey } from './key-store.ts'
import type { RotationPolicy } from './signing-key.ts'

/** A key that is about to be stored. */
export type NewKey = Pick<StoredKey, 'kid' | 'algorithm' | 'sealedPrivateJwk'>

/** Converts keys between their stored form and their usable form. */
type KeyOpening = {
  /**
   * The key, ready for use; undefined for an HS256 key whose secret is no longer configured.
   *
   * @throws Error if the private key cannot be decrypted; the message says what to do
   */
  open(key: StoredKey): TokenKeys | undefined
  /** The private key encrypted again, if it was encrypted under a previous SECRET_KEY. */
  resealed(kid: string, sealedPrivateJwk: string): string | undefined
  /** Creates a key for the configured algorithm. */
  create(policy: RotationPolicy): Promise<NewKey>
}

/** @param secrets SECRET_KEY and its fallbacks */
export function createKeyOpening(seal: Seal, makers: JwtKeyMakers, secrets: readonly string[]): KeyOpening {
  const secretsByKid = new Map(secrets.map((secret) => [secretKeyId(secret), secret]))
  return {
    open({ kid, algorithm, sealedPrivateJwk }) {
      if (algorithm === 'HS256') {
        const secret = secretsByKid.get(kid)
        return secret === undefined ? undefined : tokenKeysOfSecret(secret, true, makers)
      }
      const { plain } = seal.open(sealedPrivateJwk ?? '', placeOf(kid))
      return tokenKeysOf({ kid, algorithm, privateJwk: plain }, makers)
    },
    resealed(kid, sealedPrivateJwk) {
      const { plain, needsResealing } = seal.open(sealedPrivateJwk, placeOf(kid))
      return needsResealing ? seal.seal(plain, placeOf(kid)) : undefined
    },
    async create({ algorithm, fixedKid }) {
      if (algorithm === 'HS256') {
        if (fixedKid === undefined) throw new Error('an HS256 key without kid is not kept in the ring')
        return { kid: fixedKid, algorithm, sealedPrivateJwk: undefined }
      }
      const { kid, privateJwk } = await generatePrivateKey(algorithm)
      return { kid, algorithm, sealedPrivateJwk: seal.seal(privateJwk, placeOf(kid)) }
    },
  }
}

/** The place that an encrypted private key is bound to, so that nobody can move it to another row. */
function placeOf(kid: string): string {
  return `signing_keys:${kid}`
}
