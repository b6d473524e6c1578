import type { JwtKey } from '../tokens/jwt-key.ts'
import type { PublicJwk, TokenKeys } from './key-material.ts'
import { currentKid, keyState, type SigningKey, signingKid, wasRetiredEarly } from './signing-key.ts'

/** The keys as this process uses them until the next reading. */
type RingView = {
  /** The keys that sign; undefined if there are none. */
  signer: TokenKeys | undefined
  /** The key in state `current` of the configured algorithm, whichever key signs. */
  currentKid: string | undefined
  byKid: ReadonlyMap<string, readonly JwtKey[]>
  withoutKid: readonly JwtKey[]
  jwkSet: { readonly keys: readonly PublicJwk[] }
  /** Keys that were retired early. Tokens signed by them may still exist, but are refused. */
  retiredKids: ReadonlySet<string>
}

/** The view before the first reading. */
export const emptyView: RingView = {
  signer: undefined,
  currentKid: undefined,
  byKid: new Map(),
  withoutKid: [],
  jwkSet: { keys: [] },
  retiredKids: new Set(),
}

/** The inputs of a view. */
type RingParts = {
  keys: readonly SigningKey[]
  /** The `keys` that are ready for use, by `kid`. */
  opened: ReadonlyMap<string, TokenKeys>
  /** With ALGORITHM=HS256: SECRET_KEY and its fallbacks. Otherwise empty. */
  secrets: readonly TokenKeys[]
}

/**
 * Sorts the keys by purpose. Every key that is not retired verifies, because another process may already sign with it.
 */
export function ringView(parts: RingParts, now: number, algorithm: SigningKey['algorithm']): RingView {
  const { keys, opened, secrets } = parts
  const living = keys.filter(({ kid }) => opened.has(kid)).filter((key) => keyState(key, now) !== 'retired')
  const signsFirst = living.toSorted((a, b) => order(a, now) - order(b, now))
  const inRing = signsFirst.flatMap(({ kid }) => opened.get(kid) ?? [])
  const verifiers = [...secrets, ...inRing].flatMap(({ access, refresh }) => [access, refresh])
  const kid = signingKid(living, now, algorithm)
  return {
    signer: secrets[0] ?? (kid === undefined ? undefined : opened.get(kid)),
    currentKid: currentKid(keys, now, algorithm),
    byKid: new Map(verifiers.flatMap((key) => (key.kid === undefined ? [] : [[key.kid, [key]] as const]))),
    withoutKid: secrets.map(({ access }) => access),
    jwkSet: { keys: inRing.flatMap(({ publicJwk }) => publicJwk ?? []) },
    retiredKids: new Set(keys.filter(wasRetiredEarly).map((key) => key.kid)),
  }
}

/** Puts the signing key first in the JWK Set, for verifiers that only look at the first key. */
function order(key: SigningKey, now: number): number {
  return ['current', 'next', 'retiring'].indexOf(keyState(key, now))
}
