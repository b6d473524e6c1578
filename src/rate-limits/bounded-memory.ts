import { type IRateLimiterOptions, RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'

/**
 * How many keys a limit remembers in memory, at about half a kilobyte each. To make it forget a particular one, an
 * attacker must use that many others in the meantime; for failed logins, each costs a password hash.
 */
const KEY_LIMIT = 50_000

/**
 * The library's in-memory counters with a limit, because they would otherwise grow with every address that an attacker
 * uses.
 */
export class BoundedMemory extends RateLimiterMemory {
  readonly #keyLimit: number
  /** In the order of their last use. */
  readonly #keys = new Set<string>()

  constructor(options: IRateLimiterOptions, keyLimit = KEY_LIMIT) {
    super(options)
    this.#keyLimit = keyLimit
  }

  override consume(key: string): Promise<RateLimiterRes> {
    this.#keys.delete(key)
    this.#keys.add(key)
    if (this.#keys.size > this.#keyLimit) {
      const [leastRecent = key] = this.#keys
      void this.delete(leastRecent)
    }
    return super.consume(key)
  }

  override delete(key: string): Promise<boolean> {
    this.#keys.delete(key)
    return super.delete(key)
  }
}
