import { hash } from 'node:crypto'
import { sha256 } from '../platform/digest.ts'

/** The part of a session that records the state of its chain of refresh tokens. */
type RefreshChain = {
  refreshSeed: string
  refreshGeneration: number
  refreshedAt: number
}

const MAC_DIGITS = 24
const LAST_GENERATION = 0xffff_ffff

/**
 * The `jti` of refresh token number `generation` of a session: 32 hex digits, consisting of a MAC of the number under
 * the session's seed, and the number itself. So an old token, or one that was never issued, can be recognised without
 * storing anything.
 */
export function refreshTokenId(seed: string, generation: number): string {
  const number = generation.toString(16).padStart(8, '0')
  // A plain hash works as a MAC here, because all hashed texts have the same length and nobody sees the whole digest.
  // HMAC takes ten times as long; twice per refresh, that was a tenth of a refresh.
  return hash('sha256', `refresh ${number} ${seed}`, 'hex').slice(0, MAC_DIGITS) + number
}

/** The number of the refresh token with this `jti` in its session; undefined if this session never issued it. */
export function generationOf(seed: string, jti: string): number | undefined {
  if (!/^[0-9a-f]{32}$/.test(jti)) return undefined
  const generation = Number.parseInt(jti.slice(MAC_DIGITS), 16)
  return generation <= LAST_GENERATION && refreshTokenId(seed, generation) === jti ? generation : undefined
}

/**
 * What a presented refresh token of an active session means (RFC 9700 §4.14.2). `current`: it is the newest; rotate.
 * `repeated`: it is the direct predecessor, presented again soon after the rotation (two tabs, a lost response); return
 * the same new token. `replayed`: it was used before and should not come back. `foreign`: this session never issued it,
 * or the database has forgotten that it did.
 */
type RefreshMeaning = 'current' | 'repeated' | 'replayed' | 'foreign'

/** @param retryWindowMs how long after a rotation the predecessor may come back; 0: never */
export function whatRefreshTokenMeans(
  jti: string,
  chain: RefreshChain,
  now: number,
  retryWindowMs: number,
): RefreshMeaning {
  const generation = generationOf(chain.refreshSeed, jti)
  if (generation === undefined || generation > chain.refreshGeneration) return 'foreign'
  if (generation === chain.refreshGeneration) return 'current'
  const isPredecessor = generation === chain.refreshGeneration - 1
  return isPredecessor && mayRepeat(chain, now, retryWindowMs) ? 'repeated' : 'replayed'
}

/**
 * The same for a token that `adoptedSessionId` maps to its session: it precedes the first token that the session
 * issued.
 */
export function whatAdoptedTokenMeans(
  chain: RefreshChain,
  now: number,
  retryWindowMs: number,
): Extract<RefreshMeaning, 'repeated' | 'replayed'> {
  return chain.refreshGeneration === 0 && mayRepeat(chain, now, retryWindowMs) ? 'repeated' : 'replayed'
}

function mayRepeat({ refreshedAt }: RefreshChain, now: number, retryWindowMs: number): boolean {
  // The loser of a race may have read the clock before the winner did.
  return Math.max(0, now - refreshedAt) < retryWindowMs
}

/**
 * The session id for a refresh token that another server issued under the same key (SimpleJWT's tokens name no
 * session). It is derived from the `jti`, so such a token can be used only once.
 */
export function adoptedSessionId(jti: string): string {
  return `adopted-${sha256(jti)}`
}

/** The id of the record of such a token, if the token lives longer than the session that it started is remembered. */
export function spentTokenId(adoptedId: string): string {
  return adoptedId.replace(/^adopted/, 'spent')
}
