import type { JwtAlgorithm } from '../tokens/jwt-key.ts'

/** The facts about a signing key, apart from the key itself. Times are epoch milliseconds. */
export type SigningKey = {
  kid: string
  algorithm: JwtAlgorithm
  createdAt: number
  /** When it started to sign. */
  activatedAt: number | undefined
  /** When another key took over signing. */
  supersededAt: number | undefined
  /** When the last of its tokens will have expired; set once it is superseded. */
  retiresAt: number | undefined
  retiredAt: number | undefined
  /** When somebody asked for the next key to take over as soon as every verifier knows it. */
  rotationAskedAt: number | undefined
}

/**
 * The four states of a signing key, in order. `next`: published, so that verifiers know it before it signs. `current`:
 * signs. `retiring`: no longer signs, but verifies until its last token has expired. `retired`: its tokens are refused.
 */
export const keyStates = ['next', 'current', 'retiring', 'retired'] as const

export type KeyState = (typeof keyStates)[number]

/** The state of a key at `now`. */
export function keyState(key: SigningKey, now: number): KeyState {
  if (key.retiredAt !== undefined || (key.retiresAt !== undefined && key.retiresAt <= now)) return 'retired'
  if (key.supersededAt !== undefined) return 'retiring'
  return key.activatedAt === undefined ? 'next' : 'current'
}

/** Whether a key was retired manually, while its tokens could still be valid. */
export function wasRetiredEarly({ retiredAt, retiresAt }: SigningKey): boolean {
  return retiredAt !== undefined && (retiresAt === undefined || retiredAt < retiresAt)
}

const JWK_SET_MAX_AGE_MS = 10 * 60_000
const PUBLICATION_MS = 15 * 60_000

/** How long verifiers may cache the JWK Set, in whole seconds, for its `Cache-Control`. */
export function jwkSetMaxAgeSeconds(signingKeyLifetimeMs: number): number {
  return Math.floor(Math.min(JWK_SET_MAX_AGE_MS, signingKeyLifetimeMs / 2) / 1_000)
}

/**
 * How long a key is published before a scheduled rotation lets it sign. After this time, no verifier has a JWK Set
 * without it.
 */
function publicationMs(signingKeyLifetimeMs: number): number {
  return Math.min(PUBLICATION_MS, signingKeyLifetimeMs)
}

/**
 * How long a superseded key stays after the last token that the superseding process can have signed with it. Other
 * processes keep signing until they read the keys again, and their clocks may differ.
 */
const HANDOVER_MS = 60_000

/** The settings that the rotation rule needs. */
export type RotationPolicy = {
  algorithm: JwtAlgorithm
  /** HS256: the only key that may be current, because it is SECRET_KEY itself; undefined if tokens have no `kid`. */
  fixedKid: string | undefined
  /** How long a key signs before the next one takes over. */
  signingKeyLifetimeMs: number
  /** The longest lifetime of any token. A superseded key verifies for this long. */
  longestTokenLifetimeMs: number
}

/** One change to the keys. */
export type KeyStep =
  | { kind: 'create'; as: 'next' | 'current' }
  | { kind: 'activate'; kid: string }
  | { kind: 'ask_rotation'; kid: string }
  | { kind: 'supersede'; kid: string; retiresAt: number }
  | { kind: 'retire'; kid: string }

/**
 * The steps that are due at `now`, in order; usually none. There is always a key that signs and a published one to
 * follow it, so that no rotation, scheduled or manual, surprises a verifier. A process that `isStarting` takes over
 * signing from keys of another algorithm. A process with the old configuration that is still running does not take it
 * back: it continues with the superseded key (`signingKid`) until it is stopped or that key retires.
 */
export function dueSteps(
  keys: readonly SigningKey[],
  now: number,
  policy: RotationPolicy,
  isStarting: boolean,
): KeyStep[] {
  const expired = keys.filter((key) => key.retiredAt === undefined && keyState(key, now) === 'retired')
  const others = keys.filter((key) => !isOwn(key, policy))
  const hasTakenOver = !isStarting && others.some((key) => keyState(key, now) === 'current')
  const maySignWith = signingKid(
    keys.filter((key) => isOwn(key, policy)),
    now,
    policy.algorithm,
  )
  return [
    ...expired.map(({ kid }) => ({ kind: 'retire', kid }) as const),
    ...(isStarting ? others.flatMap((key) => stepsToTakeOver(key, now, policy)) : []),
    ...(hasTakenOver && maySignWith !== undefined ? [] : ownSteps(keys, now, policy)),
  ]
}

/** When a published key may sign at the earliest. By then, no verifier has a JWK Set without it. */
function signsFrom({ createdAt }: SigningKey, { signingKeyLifetimeMs }: RotationPolicy): number {
  return createdAt + publicationMs(signingKeyLifetimeMs)
}

/**
 * When a manual rotation takes effect: now, or once the next key has been published for long enough. Undefined if there
 * is no current key.
 */
export function rotationTime(keys: readonly SigningKey[], now: number, policy: RotationPolicy): number | undefined {
  const next = ownKey(keys, 'next', now, policy)
  if (ownKey(keys, 'current', now, policy) === undefined || policy.algorithm === 'HS256') return undefined
  return next === undefined ? now : Math.max(now, signsFrom(next, policy))
}

/**
 * The steps of a manual rotation: the current key hands over, whatever its age, now or as soon as every verifier knows
 * the next key. None if there is no current key, or if somebody has already asked for this.
 *
 * @param isImmediate does not wait for verifiers
 */
export function stepsToRotate(
  keys: readonly SigningKey[],
  now: number,
  policy: RotationPolicy,
  isImmediate: boolean,
): KeyStep[] {
  const current = ownKey(keys, 'current', now, policy)
  const time = rotationTime(keys, now, policy)
  if (current === undefined || time === undefined) return []
  if (time > now && !isImmediate) {
    return current.rotationAskedAt === undefined ? [{ kind: 'ask_rotation', kid: current.kid }] : []
  }
  const after = keys.map((key) => (key === current ? { ...key, supersededAt: now } : key))
  return [supersede(current, now, policy), ...ownSteps(after, now, policy)]
}

/** The steps that end a key at once, and promote its successor if needed. None if the key has already ended. */
export function stepsToRetire(
  keys: readonly SigningKey[],
  kid: string,
  now: number,
  policy: RotationPolicy,
): KeyStep[] {
  const key = keys.find((one) => one.kid === kid)
  if (key === undefined || keyState(key, now) === 'retired') return []
  const after = keys.map((one) => (one === key ? { ...one, retiredAt: now } : one))
  const mayBeMissed = isOwn(key, policy) && keyState(key, now) !== 'retiring'
  return [{ kind: 'retire', kid }, ...(mayBeMissed ? ownSteps(after, now, policy) : [])]
}

/** The key in state `current` of this algorithm, whichever key signs. */
export function currentKid(
  keys: readonly SigningKey[],
  now: number,
  algorithm: SigningKey['algorithm'],
): string | undefined {
  return keys.find((key) => key.algorithm === algorithm && keyState(key, now) === 'current')?.kid
}

/**
 * The key that signs: the current one of this algorithm or, if a newer configuration has superseded it, the one that
 * was current last. Undefined if there is none.
 */
export function signingKid(keys: readonly SigningKey[], now: number, algorithm: JwtAlgorithm): string | undefined {
  let latest: SigningKey | undefined
  for (const key of keys) {
    const state = keyState(key, now)
    if (key.algorithm !== algorithm || (state !== 'current' && state !== 'retiring')) continue
    if (state === 'current') return key.kid
    if (latest === undefined || (key.supersededAt ?? 0) > (latest.supersededAt ?? 0)) latest = key
  }
  return latest?.kid
}

/** Keeps the keys of the configured algorithm complete: a current one that is not too old, and a next one. */
function ownSteps(keys: readonly SigningKey[], now: number, policy: RotationPolicy): KeyStep[] {
  const current = ownKey(keys, 'current', now, policy)
  if (policy.algorithm === 'HS256') {
    return current === undefined && policy.fixedKid !== undefined ? [{ kind: 'create', as: 'current' }] : []
  }
  const next = ownKey(keys, 'next', now, policy)
  const createNext = { kind: 'create', as: 'next' } as const
  if (next === undefined) return current ? [createNext] : [{ kind: 'create', as: 'current' }, createNext]
  if (current === undefined) return [{ kind: 'activate', kid: next.kid }, createNext]
  const { signingKeyLifetimeMs } = policy
  const isOldEnough = (current.activatedAt ?? now) + signingKeyLifetimeMs <= now
  const isAsked = current.rotationAskedAt !== undefined
  const isDue = (isOldEnough || isAsked) && signsFrom(next, policy) <= now
  return isDue ? [supersede(current, now, policy), { kind: 'activate', kid: next.kid }, createNext] : []
}

function stepsToTakeOver(other: SigningKey, now: number, policy: RotationPolicy): KeyStep[] {
  const state = keyState(other, now)
  if (state === 'current') return [supersede(other, now, policy)]
  return state === 'next' ? [{ kind: 'retire', kid: other.kid }] : []
}

function supersede({ kid }: SigningKey, now: number, { longestTokenLifetimeMs }: RotationPolicy): KeyStep {
  return { kind: 'supersede', kid, retiresAt: now + longestTokenLifetimeMs + HANDOVER_MS }
}

function ownKey(keys: readonly SigningKey[], state: KeyState, now: number, policy: RotationPolicy) {
  return keys.find((key) => isOwn(key, policy) && keyState(key, now) === state)
}

function isOwn(key: SigningKey, { algorithm, fixedKid }: RotationPolicy): boolean {
  return algorithm === 'HS256' ? key.kid === fixedKid : key.algorithm === algorithm
}
