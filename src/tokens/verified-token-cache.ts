import { sha256 } from '../platform/digest.ts'
import type { Token } from './token.ts'

/** What is remembered of an access token that passed every check. Frozen, with all that is in it. */
export type VerifiedToken = {
  readonly token: Token
  /** The key that signed it. */
  readonly kid: string | undefined
  /** When the token ends, epoch milliseconds. */
  readonly expiresAt: number
}

/**
 * Remembers verified access tokens, so that a token presented again costs one digest and no signature check: 0.5 µs
 * instead of 3 (HS256), 45 (ES256) or 60 (EdDSA).
 */
type VerifiedTokenCache = {
  /**
   * What was put for exactly this token, unless it has ended by `now` or `isKeyValid` denies its key; then it is
   * forgotten. Whether the session still lives is for the caller to ask each time: the cache cannot know.
   */
  get(text: string, now: number, isKeyValid: (kid: string | undefined) => boolean): VerifiedToken | undefined
  /** Remembers a token. Only for tokens that passed every check; freezes what it is given. */
  put(text: string, verified: VerifiedToken): void
  /** How many tokens are held. */
  readonly size: number
}

/** Longer tokens are not remembered, so that the count bounds the memory too. Usual ones have 300 to 600 characters. */
export const maxCachedTokenLength = 2048

/**
 * A cache of at most `maxEntries` tokens (default 10,000; below 2 it remembers none). Two generations: what is put or
 * asked for is in the younger one, and once that holds half of `maxEntries` it becomes the older one, whose own
 * predecessor is dropped whole. So tokens in use stay and nothing is ever sorted.
 *
 * The key is the SHA-256 digest of the whole token, never a part of it: with a shorter key a token could get another
 * one's claims (CVE-2026-35039), and with the text itself the memory would hold usable tokens.
 */
export function createVerifiedTokenCache({ maxEntries = 10_000 }: { maxEntries?: number } = {}): VerifiedTokenCache {
  const maxPerGeneration = Math.floor(maxEntries / 2)
  let younger = new Map<string, VerifiedToken>()
  let older = new Map<string, VerifiedToken>()

  function remember(key: string, verified: VerifiedToken): void {
    if (maxPerGeneration === 0) return
    if (younger.size >= maxPerGeneration) {
      older = younger
      younger = new Map()
    }
    older.delete(key)
    younger.set(key, verified)
  }

  return {
    get(text, now, isKeyValid) {
      if (text.length > maxCachedTokenLength) return undefined
      const key = sha256(text)
      const found = younger.get(key) ?? older.get(key)
      if (found === undefined) return undefined
      if (!(now < found.expiresAt) || !isKeyValid(found.kid)) {
        younger.delete(key)
        older.delete(key)
        return undefined
      }
      if (!younger.has(key)) remember(key, found)
      return found
    },
    put(text, { token, kid, expiresAt }) {
      if (text.length > maxCachedTokenLength) return
      remember(sha256(text), Object.freeze({ token: freezeDeep(token), kid, expiresAt }))
    },
    get size() {
      return younger.size + older.size
    },
  }
}

/** Frozen to the bottom: what one request does to its token must not reach the next. `verifyJwt` bounds the depth. */
function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) freezeDeep(member)
  return Object.freeze(value)
}
