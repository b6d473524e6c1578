import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { createRememberedTokens, type RememberedTokens } from './remembered-tokens.ts'
import { messageOf, type Server } from './server.ts'
import { VerifyError } from './verify-error.ts'

/** The keys at one moment, and the tokens that were verified with them. */
export type Keys = {
  /** Finds the key for a header. It throws JWKSNoMatchingKey if the `kid` is unknown. */
  find: JWTVerifyGetKey
  remembered: RememberedTokens
}

/** Latchkey's JWK Set (RFC 7517 §5), fetched when it is needed and kept. */
export type KeySet = {
  /**
   * The keys to use now. Fetches them if there are none, or if they are older than the server allows.
   *
   * @throws VerifyError `unavailable` if there are none yet, and they cannot be fetched
   */
  current(): Promise<Keys>
  /**
   * Looks for newer keys than these because of an unknown `kid`.
   *
   * @returns undefined if there are none, or if it is too early to ask again
   */
  newerThan(keys: Keys): Promise<Keys | undefined>
}

type KeySetParts = {
  server: Server
  url: string
  /** How many verified tokens to remember. */
  rememberedTokens: number
  now(): number
  warn(message: string): void
}

/** How long to keep keys if the server does not say. */
const DEFAULT_MAX_AGE_MS = 10 * 60_000
/** A retired key is accepted no longer than this, whatever a cache in between says. */
const LONGEST_MAX_AGE_MS = 60 * 60_000
/** Strangers can invent a `kid` in every request. They cause one fetch in this time. */
const COOL_DOWN_MS = 5_000
/** Without any keys nothing works, so the server is asked more often. */
const COOL_DOWN_WITHOUT_KEYS_MS = 1_000

/**
 * Three rules:
 *
 * - There is one fetch at a time. Everybody who needs its result waits for it.
 * - Good keys are replaced by good keys only. A response that is not a JWK Set, or has no keys, changes nothing.
 * - While the server is away, the keys stay in use, and nobody waits: later attempts run beside the requests.
 */
export function createKeySet({ server, url, rememberedTokens, now, warn }: KeySetParts): KeySet {
  let known: { keys: Keys; text: string; freshUntil: number } | undefined
  let fetching: Promise<void> | undefined
  let lastAttemptAt = Number.NEGATIVE_INFINITY
  let lastError: unknown

  function fetchOnce(): Promise<void> {
    fetching ??= attempt().finally(() => {
      fetching = undefined
    })
    return fetching
  }

  async function attempt(): Promise<void> {
    lastAttemptAt = now()
    try {
      const { text, headers } = await server.get(url)
      const freshUntil = now() + maxAgeMs(headers.get('cache-control'))
      // The same keys stay the same object, so that nothing has to be verified again.
      const keys = known?.text === text ? known.keys : keysOf(text, rememberedTokens)
      known = { keys, text, freshUntil }
      lastError = undefined
    } catch (error) {
      if (lastError === undefined) warn(`The keys of Latchkey could not be fetched: ${messageOf(error)}`)
      lastError = error
    }
  }

  function mayAskAgain(): boolean {
    const coolDownMs = known === undefined ? COOL_DOWN_WITHOUT_KEYS_MS : COOL_DOWN_MS
    return Math.abs(now() - lastAttemptAt) >= coolDownMs
  }

  return {
    async current() {
      if (known !== undefined && now() < known.freshUntil) return known.keys
      if (known !== undefined && lastError !== undefined) {
        if (mayAskAgain()) void fetchOnce()
        return known.keys
      }
      if (fetching !== undefined || mayAskAgain()) await fetchOnce()
      if (known === undefined) {
        throw new VerifyError('unavailable', {
          detail: `the keys could not be fetched: ${messageOf(lastError)}`,
          retryAfterSeconds: 1,
          cause: lastError,
        })
      }
      return known.keys
    },
    async newerThan(keys) {
      if (known?.keys === keys && (fetching !== undefined || mayAskAgain())) await fetchOnce()
      return known?.keys === keys ? undefined : known?.keys
    },
  }
}

/** @throws Error if the text is not a JWK Set, or has no keys */
function keysOf(text: string, rememberedTokens: number): Keys {
  const find = createLocalJWKSet(JSON.parse(text))
  if (find.jwks().keys.length === 0) {
    throw new Error('the JWK Set has no keys. If Latchkey has ALGORITHM=HS256, use introspection or secret')
  }
  return { find, remembered: createRememberedTokens(rememberedTokens) }
}

function maxAgeMs(cacheControl: string | null): number {
  const [, seconds] = /(?:^|[,\s])max-age=(\d{1,9})/i.exec(cacheControl ?? '') ?? []
  return seconds === undefined ? DEFAULT_MAX_AGE_MS : Math.min(Number(seconds) * 1_000, LONGEST_MAX_AGE_MS)
}
