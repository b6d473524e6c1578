import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Claim } from './limits.ts'

/** For how many keys it is remembered that the log has told of them. */
const REMEMBERED = 10_000
/** How often the log repeats that the database cannot be counted in. */
const STORE_FAULT_EVERY_MS = 60_000

/** What the log says of limits: each that is reached once in its window, with whom it stops and never with a typed name. */
type HitLog = {
  reached(claim: Claim, subject: object, waitMs: number): void
  storeFault(error: unknown): void
}

export function createHitLog({ clock, log }: { clock: Clock; log: Logger }): HitLog {
  /** Until when a key's window lasts that was told of. */
  const told = new Map<string, number>()
  let storeFaultToldAt = Number.NEGATIVE_INFINITY

  return {
    reached({ limit, key }, subject, waitMs) {
      const id = `${limit} ${key}`
      const now = clock.now()
      if ((told.get(id) ?? now) > now) return
      log.warn({ limit, ...subject, seconds: Math.ceil(waitMs / 1_000) }, 'rate limit reached')
      told.delete(id)
      told.set(id, now + waitMs)
      const [oldest = id] = told.keys()
      if (told.size > REMEMBERED) told.delete(oldest)
    },
    storeFault(error) {
      const now = clock.now()
      if (now < storeFaultToldAt + STORE_FAULT_EVERY_MS) return
      storeFaultToldAt = now
      log.error({ err: error }, 'rate limits cannot be counted in the database: each process counts for itself')
    },
  }
}
