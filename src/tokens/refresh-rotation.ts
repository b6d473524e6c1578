import { hash } from 'node:crypto'
import { sha256 } from '../platform/digest.ts'

/** The part of a session that says where its chain of refresh tokens stands. */
type RefreshChain = {
  refreshSeed: string
  refreshGeneration: number
  refreshedAt: number
}

const MAC_DIGITS = 24
const LAST_GENERATION = 0xffff_ffff

/**
 * The `jti` of the refresh token number `generation` of a session: 32 hex digits, a MAC of the number under the
 * session's seed and the number itself. Nothing need be stored to know an old one again, or one that was never issued.
 */
export function refreshTokenId(seed: string, generation: number): string {
  const number = generation.toString(16).padStart(8, '0')
  // A plain hash will do for a MAC, since all these texts have one length and nobody sees all of it; HMAC takes ten times
  // as long, which twice at each refresh was a tenth of it.
  return hash('sha256', `refresh ${number} ${seed}`, 'hex').slice(0, MAC_DIGITS) + number
}

/** Which refresh token of its session a `jti` belongs to; undefined if this session never issued it. */
export function generationOf(seed: string, jti: string): number | undefined {
  if (!/^[0-9a-f]{32}$/.test(jti)) return undefined
  const generation = Number.parseInt(jti.slice(MAC_DIGITS), 16)
  return generation <= LAST_GENERATION && refreshTokenId(seed, generation) === jti ? generation : undefined
}

/**
 * What a presented refresh token of a living session means (RFC 9700 §4.14.2). `current`: it is the newest, rotate.
 * `repeated`: it is the newest one's direct predecessor, presented again soon after the rotation (two tabs, a lost
 * answer), give the same successor. `replayed`: it was used before and should not come again. `foreign`: this session
 * never issued it, or the database forgot that it did.
 */
type RefreshMeaning = 'current' | 'repeated' | 'replayed' | 'foreign'

/** @param retryWindowMs how long after a rotation the predecessor may come again; 0: never */
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
 * The same for a token that `adoptedSessionId` leads from to its session: it stands before the first one that the session
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
  // Whoever lost a race may have read the clock before the winner did.
  return Math.max(0, now - refreshedAt) < retryWindowMs
}

/**
 * The session id for a refresh token that another server issued under the same key (SimpleJWT's tokens name no session).
 * It follows from the `jti`, so that such a token can be spent once only.
 */
export function adoptedSessionId(jti: string): string {
  return `adopted-${sha256(jti)}`
}

/** The id of what is kept of such a token where it lives longer than the session that it began is remembered. */
export function spentTokenId(adoptedId: string): string {
  return adoptedId.replace(/^adopted/, 'spent')
}
