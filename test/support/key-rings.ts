import { recordEvent } from '../../src/audit/audit-store.ts'
import { createKeyRing, type KeyRing, type KeyRingOptions } from '../../src/keys/key-ring.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { keyState, type SigningKey } from '../../src/keys/signing-key.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createSeal } from '../../src/platform/seal.ts'
import type { Database } from '../../src/storage/database.ts'
import { signJwt, verifyJwt } from '../../src/tokens/jwt.ts'
import { createAsymmetricJwtKey, createHmacJwtKey, type JwtKey } from '../../src/tokens/jwt-key.ts'
import type { TestDatabase } from './databases.ts'
import { createMigratedDatabase } from './migrated-database.ts'

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE
export const SECRET = 'the current secret of these very tests'
export const OLD_SECRET = 'the former secret of these very tests!'

/** Processes that share a database, each with its own key ring. Keys rotate after 90 days, and tokens live one day. */
export type KeyRings = {
  /** The clock of all processes. */
  clock: { now(): number; advance(byMs: number): void }
  aDatabase(): Database
  /** The ring of another process, not yet loaded. */
  aRing(facts?: Partial<KeyRingOptions>): KeyRing
  aLoadedRing(facts?: Partial<KeyRingOptions>): Promise<KeyRing>
  /** All keys, oldest first. */
  keys(): Promise<SigningKey[]>
  /** The states of all keys, in alphabetical order. */
  states(): Promise<string[]>
  close(): Promise<void>
}

export async function createKeyRings(kind: TestDatabase, startAt: number): Promise<KeyRings> {
  let now = startAt
  const place = await createMigratedDatabase(kind, now)
  const clock = {
    now: () => now,
    advance: (byMs: number) => {
      now += byMs
    },
  }

  const keys = () => listKeys(place.open().read, 0)

  function aRing(facts: Partial<KeyRingOptions> = {}): KeyRing {
    const { secretKey = SECRET, secretKeyFallbacks = [] } = facts
    return createKeyRing({
      database: place.open(),
      seal: createSeal({ secretKey, fallbacks: secretKeyFallbacks, random: systemRandom }),
      clock,
      recordEvent,
      makers: { createHmacJwtKey, createAsymmetricJwtKey },
      algorithm: 'ES256',
      secretKey,
      secretKeyFallbacks,
      isStrict: true,
      signingKeyLifetimeMs: 90 * DAY,
      longestTokenLifetimeMs: DAY,
      ...facts,
    })
  }

  return {
    clock,
    aDatabase: place.open,
    aRing,
    async aLoadedRing(facts) {
      const ring = aRing(facts)
      await ring.load()
      return ring
    },
    keys,
    states: async () => (await keys()).map((key) => keyState(key, now)).sort(),
    close: place.drop,
  }
}

export function kidOf(ring: KeyRing): string {
  return ring.currentPair().access.kid ?? 'none'
}

export function accessTokenOf(ring: KeyRing): string {
  return signJwt(ring.currentPair().access, { typ: 'at+jwt' }, { sub: '7' })
}

export function refreshTokenOf(ring: KeyRing): string {
  return signJwt(ring.currentPair().refresh, { typ: 'JWT' }, { sub: '7' })
}

/** Whether a token was signed by one of the keys that the ring finds for it. */
export function isGood(ring: KeyRing, token: string): boolean {
  let candidates: readonly JwtKey[] = []
  verifyJwt(token, (kid) => {
    candidates = ring.find(kid)
    return undefined
  })
  return candidates.some((key) => verifyJwt(token, () => key).kind === 'verified')
}
