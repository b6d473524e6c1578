import type { KeyRing } from '../../keys/key-ring.ts'
import { findHashExamples } from '../../passwords/hash-example-store.ts'
import { type HashPolicy, readHash } from '../../passwords/password-hash.ts'
import { countPasswords, countUnverifiableHashes } from '../../passwords/unverifiable-hash-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { signJwt, verifyJwt } from '../../tokens/jwt.ts'
import type { JwtAlgorithm } from '../../tokens/jwt-key.ts'

/** The results of the checks of a restored database. */
export type RestoredCheck = {
  /** The algorithm with which its keys signed a token and verified it; undefined: it has no keys yet. */
  signature: JwtAlgorithm | undefined
  hashes: {
    /** How many passwords can be verified. */
    verifiable: number
    /** How many cannot, by algorithm. Passwords that are marked as unusable count in neither number. */
    unverifiable: ReadonlyMap<string, number>
  }
}

/** A restored database does not work. The message says why, and what to do. */
export class RestoredFault extends Error {}

/**
 * Checks that a restored database works: its keys sign tokens that they verify, and its password hashes can be
 * verified. One hash of each algorithm is computed.
 *
 * @param keyRing of the restored database, already read
 * @throws RestoredFault
 */
export async function checkRestored(
  db: Queryable,
  { keyRing, hashPolicy }: { keyRing: Pick<KeyRing, 'currentPair' | 'find'>; hashPolicy: HashPolicy },
  now: number,
): Promise<RestoredCheck> {
  const signature = checkSignature(keyRing, now)
  const unverifiable = await countUnverifiableHashes(db, hashPolicy)
  const unknown = [...unverifiable.values()].reduce((sum, count) => sum + count, 0)
  for (const hash of await findHashExamples(db)) {
    await readHash(hash, hashPolicy)
      ?.matches('a password that nobody has')
      .catch((error: unknown) => {
        throw new RestoredFault(`a password hash in it cannot be computed: ${algorithmOf(hash)}`, { cause: error })
      })
  }
  return { signature, hashes: { verifiable: (await countPasswords(db)) - unknown, unverifiable } }
}

function checkSignature(keyRing: Pick<KeyRing, 'currentPair' | 'find'>, now: number): JwtAlgorithm | undefined {
  const pair = signingPair(keyRing)
  if (pair === undefined) return undefined
  for (const key of [pair.access, pair.refresh]) {
    const token = signJwt(key, { typ: 'JWT' }, { sub: 'restore', iat: Math.floor(now / 1_000) })
    const verified = verifyJwt(token, (kid, alg) => keyRing.find(kid).find(({ algorithm }) => algorithm === alg))
    if (verified.kind === 'refused') {
      throw new RestoredFault(`a token that its key signed is not valid (${verified.reason}). Use another backup`)
    }
  }
  return pair.access.algorithm
}

/** A database that no server has used yet has no keys. */
function signingPair(keyRing: Pick<KeyRing, 'currentPair'>) {
  try {
    return keyRing.currentPair()
  } catch {
    return undefined
  }
}

function algorithmOf(hash: string): string {
  return hash.slice(0, hash.indexOf('$'))
}
