import type { AuditOrigin } from '../audit/events.ts'
import type { Seal } from '../platform/seal.ts'
import type { JwtAlgorithm, JwtKey } from '../tokens/jwt-key.ts'
import { type JwtKeyMakers, type PublicJwk, secretKeyId, type TokenKeys, tokenKeysOfSecret } from './key-material.ts'
import { createKeyOpening } from './key-opening.ts'
import { listKeys, resealKey } from './key-store.ts'
import { createReadingBudget, inTurn } from './reading.ts'
import { changeRing, type RingChangeDeps, type RingPlan } from './ring-change.ts'
import { emptyView, ringView } from './ring-view.ts'
import {
  dueSteps,
  keyState,
  type RotationPolicy,
  type SigningKey,
  stepsToRetire,
  stepsToRotate,
} from './signing-key.ts'

/** How often a process reads the ring again: the longest that it trusts a key which another process has retired. */
export const keyRereadMs = 5_000

/** How often a process looks whether a rotation is due. */
export const keyMaintenanceMs = 60_000

export type KeyRingOptions = Omit<RingChangeDeps, 'createKey'> & {
  seal: Seal
  makers: JwtKeyMakers
  algorithm: JwtAlgorithm
  secretKey: string
  /** Former values of `secretKey`. */
  secretKeyFallbacks: readonly string[]
  /** False: HS256 tokens carry no `kid`, and theirs is not looked at, as in SimpleJWT. */
  isStrict: boolean
  /** How long a key signs before the next one takes over. */
  signingKeyLifetimeMs: number
  /** The longest life of any token, access or refresh. */
  longestTokenLifetimeMs: number
}

/**
 * What became of a rotation by hand. `fixed`: the key is SECRET_KEY itself, and is replaced by replacing that.
 * `already_rotated`: the key that this process signs with is no longer the current one.
 */
type RotationOutcome = 'rotated' | 'already_rotated' | 'fixed'

/** What became of retiring a key, which is told as it was. `unknown`: there is none, or it is retired already. */
type RetirementOutcome = { kind: 'retired'; key: SigningKey } | { kind: 'unknown' | 'fixed' }

/** The keys that sign and verify tokens. Requests look them up in memory; the database is read beside them. */
export type KeyRing = {
  /**
   * Reads the ring at start, and makes its first keys, or those of a newly configured algorithm.
   *
   * @throws Error if a private key cannot be opened; the message says what to do
   */
  load(): Promise<void>
  /** The keys to sign with. */
  currentPair(): TokenKeys
  /**
   * The keys that may have signed a token with this `kid`: one, or none if its tokens are not good. Tokens without a
   * `kid`, as SimpleJWT's are, may be signed with SECRET_KEY or one of its fallbacks, with ALGORITHM=HS256 only.
   */
  find(kid: string | undefined): readonly JwtKey[]
  /** Whether this is the `kid` of a key that somebody retired while its tokens were good. */
  wasRetired(kid: string): boolean
  /** The public keys for other services (RFC 7517 §5), the signing one first; empty with HS256. */
  jwkSet(): { readonly keys: readonly PublicJwk[] }
  /**
   * Reads the ring again. To be called every `keyRereadMs`.
   *
   * @throws Error if a key cannot be opened; the others are in use all the same
   */
  refresh(): Promise<void>
  /**
   * Reads the ring again for the sake of a `kid` that another process may have made just now, unless it does not look
   * like ours or unknown ones are presented all the time: junk costs nothing.
   *
   * @returns whether it is known now
   */
  refreshForUnknown(kid: string): Promise<boolean>
  /** Lets the next key sign from now on. Of several who replace the same key at once, one does. */
  rotate(origin: AuditOrigin): Promise<RotationOutcome>
  /** Refuses a key's tokens from now on and destroys it; another one takes its place. Works without `load` too. */
  retire(kid: string, origin: AuditOrigin): Promise<RetirementOutcome>
  /** Rotates by age and retires keys whose tokens have expired. To be called every `keyMaintenanceMs`. */
  maintain(): Promise<void>
}

const server: AuditOrigin = { actor: 'server', address: '', userAgent: '' }

/** What the `kid` of a key in the ring looks like: an RFC 7638 thumbprint, or what `refreshKidOf` makes of it. */
const RING_KID = /^[\w-]{43}(\.r)?$/
const REFRESH_SUFFIX = /\.r$/

/** Readings for unknown kids: a few at any time, and one more in this time. */
const UNKNOWN_READINGS = 5
const UNKNOWN_READING_MS = 2_000

/** Makes the ring; it knows no key until `load`. */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  const { database, clock, makers, algorithm, secretKey, isStrict, longestTokenLifetimeMs } = options
  const isFixed = algorithm === 'HS256'
  const secretKeys = [secretKey, ...options.secretKeyFallbacks]
  const secrets = isFixed ? secretKeys.map((secret) => tokenKeysOfSecret(secret, isStrict, makers)) : []
  const policy: RotationPolicy = {
    algorithm,
    fixedKid: isFixed && isStrict ? secretKeyId(secretKey) : undefined,
    signingKeyLifetimeMs: options.signingKeyLifetimeMs,
    longestTokenLifetimeMs,
  }
  const opening = createKeyOpening(options.seal, makers, secretKeys)
  const mayReadForUnknown = createReadingBudget(clock, UNKNOWN_READINGS, UNKNOWN_READING_MS)
  let view = emptyView
  let opened: ReadonlyMap<string, TokenKeys> = new Map()

  /** @returns what went wrong with single keys */
  const read = inTurn(async (): Promise<unknown[]> => {
    const now = clock.now()
    const keys = await listKeys(database.read, now - longestTokenLifetimeMs)
    const openedNow = new Map<string, TokenKeys>()
    const problems: unknown[] = []
    for (const key of keys.filter((one) => keyState(one, now) !== 'retired')) {
      try {
        const tokenKeys = opened.get(key.kid) ?? opening.open(key)
        if (tokenKeys !== undefined) openedNow.set(key.kid, tokenKeys)
      } catch (error) {
        problems.push(error)
      }
    }
    opened = openedNow
    view = ringView({ keys, opened, secrets }, now, algorithm)
    return problems
  })

  async function refresh(): Promise<void> {
    const [problem] = await read()
    if (problem !== undefined) throw problem
  }

  const refreshIfAffordable = inTurn(async () => {
    // Keys that cannot be opened are told of by the next `refresh`: they are no fault of whoever presents a token.
    if (mayReadForUnknown()) await read()
  })

  const change = (plan: RingPlan, origin: AuditOrigin) =>
    changeRing({ ...options, createKey: () => opening.create(policy) }, plan, origin)

  async function reseal(): Promise<void> {
    for (const { kid, sealedPrivateJwk } of await listKeys(database.read, Number.MAX_SAFE_INTEGER)) {
      const sealed = sealedPrivateJwk && opening.resealed(kid, sealedPrivateJwk)
      if (sealed) await database.inTransaction((tx) => resealKey(tx, kid, sealedPrivateJwk, sealed))
    }
  }

  return {
    async load() {
      await refresh()
      await change((keys, now) => dueSteps(keys, now, policy, true), server)
      await reseal()
      await refresh()
    },
    currentPair() {
      if (view.signer === undefined) throw new Error('the key ring has no key to sign with: it was not loaded')
      return view.signer
    },
    find(kid) {
      if (kid === undefined) return view.withoutKid
      return view.byKid.get(kid) ?? (isStrict ? [] : view.withoutKid)
    },
    wasRetired: (kid) => !view.byKid.has(kid) && view.retiredKids.has(kid.replace(REFRESH_SUFFIX, '')),
    jwkSet: () => view.jwkSet,
    refresh,
    async refreshForUnknown(kid) {
      if (RING_KID.test(kid) && !view.byKid.has(kid)) await refreshIfAffordable()
      return view.byKid.has(kid)
    },
    async rotate(origin) {
      if (isFixed) return 'fixed'
      let expectedKid = view.currentKid
      const steps = await change((keys, now) => {
        const currentKid = keys.find((key) => key.algorithm === algorithm && keyState(key, now) === 'current')?.kid
        expectedKid ??= currentKid
        return currentKid === expectedKid ? stepsToRotate(keys, now, policy) : []
      }, origin)
      await read()
      return steps.length > 0 ? 'rotated' : 'already_rotated'
    },
    async retire(kid, origin) {
      if (secrets.some(({ access }) => access.kid === kid)) return { kind: 'fixed' }
      let retiring: SigningKey | undefined
      const steps = await change((keys, now) => {
        retiring = keys.find((key) => key.kid === kid)
        return stepsToRetire(keys, kid, now, policy)
      }, origin)
      await read()
      return steps.length > 0 && retiring !== undefined ? { kind: 'retired', key: retiring } : { kind: 'unknown' }
    },
    async maintain() {
      await change((keys, now) => dueSteps(keys, now, policy, false), server)
      await refresh()
    },
  }
}
