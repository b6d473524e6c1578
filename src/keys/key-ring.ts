import type { AuditOrigin } from '../audit/events.ts'
import type { Seal } from '../platform/seal.ts'
import type { JwtAlgorithm, JwtKey } from '../tokens/jwt-key.ts'
import { type JwtKeyMakers, type PublicJwk, secretKeyId, type TokenKeys, tokenKeysOfSecret } from './key-material.ts'
import { createKeyOpening } from './key-opening.ts'
import { listKeys, resealKey } from './key-store.ts'
import { createReadingBudget } from './reading-budget.ts'
import { inTurn } from './reading-in-turn.ts'
import { type ChangeDuties, changeRing, type RingChangeDeps, type RingPlan } from './ring-change.ts'
import { emptyView, ringView } from './ring-view.ts'
import {
  currentKid,
  dueSteps,
  keyState,
  type RotationPolicy,
  rotationTime,
  type SigningKey,
  stepsToRetire,
  stepsToRotate,
} from './signing-key.ts'

/**
 * How often a process reads the keys again. This is the longest time that it trusts a key that another process has
 * retired.
 */
export const keyRereadMs = 5_000

/** How often a process checks whether a rotation is due. */
export const keyMaintenanceMs = 60_000

export type KeyRingOptions = Omit<RingChangeDeps, 'createKey'> & {
  seal: Seal
  makers: JwtKeyMakers
  algorithm: JwtAlgorithm
  secretKey: string
  /** Previous values of `secretKey`. */
  secretKeyFallbacks: readonly string[]
  /** False: HS256 tokens have no `kid`, and Latchkey ignores theirs, as SimpleJWT does. */
  isStrict: boolean
  /** How long a key signs before the next one takes over. */
  signingKeyLifetimeMs: number
  /** The longest lifetime of any token, access or refresh. */
  longestTokenLifetimeMs: number
}

/**
 * The outcome of a manual rotation. `fixed`: the key is SECRET_KEY itself; replace that instead. `scheduled`: the next key
 * signs once every verifier knows it. `already_rotated`: the key that this process signs with is no longer the current one.
 */
type RotationOutcome =
  | { kind: 'already_rotated' | 'fixed' }
  /** Epoch milliseconds. */
  | { kind: 'rotated' | 'scheduled'; takesEffectAt: number }

/**
 * The outcome of retiring a key. `unknown`: there is no such key, or it is already retired. `key` is its previous
 * state.
 */
type RetirementOutcome = { kind: 'retired'; key: SigningKey } | { kind: 'unknown' | 'fixed' }

/** The keys that sign and verify tokens. Requests look them up in memory; the database is read in the background. */
export type KeyRing = {
  /**
   * Reads the keys at start. Creates the first keys, or those of a newly configured algorithm.
   *
   * @throws Error if a private key cannot be decrypted; the message says what to do
   */
  load(): Promise<void>
  /** The keys that sign now. */
  currentPair(): TokenKeys
  /**
   * The keys that may have signed a token with this `kid`: one, or none if such tokens are not valid. Tokens without a
   * `kid`, as in SimpleJWT, may be signed with SECRET_KEY or one of its fallbacks, but only with ALGORITHM=HS256.
   */
  find(kid: string | undefined): readonly JwtKey[]
  /** Whether this `kid` belongs to a key that was retired while its tokens were still valid. */
  wasRetired(kid: string): boolean
  /** The public keys for other services (RFC 7517 §5), the signing key first. Empty with HS256. */
  jwkSet(): { readonly keys: readonly PublicJwk[] }
  /**
   * Reads the keys again. Call it every `keyRereadMs`.
   *
   * @throws Error if a key cannot be decrypted; the other keys are used anyway
   */
  refresh(): Promise<void>
  /**
   * Reads the keys again because of a `kid` that another process may just have created. It does nothing if the `kid`
   * does not look like Latchkey's, or if unknown ones arrive all the time, so that junk costs nothing.
   *
   * @returns whether the `kid` is known now
   */
  refreshForUnknown(kid: string): Promise<boolean>
  /**
   * Makes the next key sign: as soon as every verifier knows it, which may be now. If several processes replace the same
   * key at once, one succeeds.
   *
   * @param options.isImmediate does not wait for verifiers: for a key that leaked. Default false
   */
  rotate(origin: AuditOrigin, options?: ChangeDuties & { isImmediate?: boolean }): Promise<RotationOutcome>
  /** Refuses a key's tokens from now on and destroys it; another key takes its place. Works even without `load`. */
  retire(kid: string, origin: AuditOrigin, duties?: ChangeDuties): Promise<RetirementOutcome>
  /** Rotates keys that are due, and retires keys whose tokens have expired. Call it every `keyMaintenanceMs`. */
  maintain(): Promise<void>
}

const server: AuditOrigin = { actor: 'server', address: '', userAgent: '' }

/** The form of a `kid` in the key ring: an RFC 7638 thumbprint, or the result of `refreshKidOf` for one. */
const RING_KID = /^[\w-]{43}(\.r)?$/
const REFRESH_SUFFIX = /\.r$/

/** How often unknown kids may cause the keys to be read: a few times at any moment, and once more in each interval. */
const UNKNOWN_READINGS = 5
const UNKNOWN_READING_MS = 2_000

/** Creates the key ring. It has no keys until `load`. */
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

  /** @returns the problems of individual keys */
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
    // The next `refresh` reports keys that cannot be decrypted. The client that presents a token has not caused that.
    if (mayReadForUnknown()) await read()
  })

  const change = (plan: RingPlan, origin: AuditOrigin, duties?: ChangeDuties) =>
    changeRing({ ...options, createKey: () => opening.create(policy) }, plan, origin, duties)

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
    async rotate(origin, { isImmediate = false, ...duties } = {}) {
      if (isFixed) return { kind: 'fixed' }
      let expectedKid = view.currentKid
      let takesEffectAt: number | undefined
      const steps = await change(
        (keys, now) => {
          const current = currentKid(keys, now, algorithm)
          expectedKid ??= current
          takesEffectAt = undefined
          if (current !== expectedKid) return []
          takesEffectAt = isImmediate ? now : rotationTime(keys, now, policy)
          return stepsToRotate(keys, now, policy, isImmediate)
        },
        origin,
        duties,
      )
      await read()
      if (takesEffectAt === undefined) return { kind: 'already_rotated' }
      return { kind: steps.some(({ kind }) => kind === 'supersede') ? 'rotated' : 'scheduled', takesEffectAt }
    },
    async retire(kid, origin, duties) {
      if (secrets.some(({ access }) => access.kid === kid)) return { kind: 'fixed' }
      let retiring: SigningKey | undefined
      const steps = await change(
        (keys, now) => {
          retiring = keys.find((key) => key.kid === kid)
          return stepsToRetire(keys, kid, now, policy)
        },
        origin,
        duties,
      )
      await read()
      return steps.length > 0 && retiring !== undefined ? { kind: 'retired', key: retiring } : { kind: 'unknown' }
    },
    async maintain() {
      await change((keys, now) => dueSteps(keys, now, policy, false), server)
      await refresh()
    },
  }
}
