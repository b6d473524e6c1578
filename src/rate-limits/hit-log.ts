import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Claim } from './limits.ts'

/** For how many keys Latchkey remembers that it has logged them. */
const REMEMBERED = 10_000
/** How often the log repeats that the database cannot count. */
const STORE_FAULT_EVERY_MS = 60_000

/** Logs each limit once per window when it is reached, with the blocked client but never with a typed name. */
type HitLog = {
  reached(claim: Claim, subject: object, waitMs: number): void
  storeFault(error: unknown): void
}

export function createHitLog({ clock, log }: { clock: Clock; log: Logger }): HitLog {
  /** When the window of a logged key ends. */
  const quietUntil = new Map<string, number>()
  let storeFaultToldAt = Number.NEGATIVE_INFINITY

  return {
    reached({ limit, key }, subject, waitMs) {
      const id = `${limit} ${key}`
      const now = clock.now()
      if ((quietUntil.get(id) ?? now) > now) return
      log.warn({ limit, ...subject, seconds: Math.ceil(waitMs / 1_000) }, 'rate limit reached')
      quietUntil.delete(id)
      quietUntil.set(id, now + waitMs)
      const [oldest = id] = quietUntil.keys()
      if (quietUntil.size > REMEMBERED) quietUntil.delete(oldest)
    },
    storeFault(error) {
      const now = clock.now()
      if (now < storeFaultToldAt + STORE_FAULT_EVERY_MS) return
      storeFaultToldAt = now
      log.error({ err: error }, 'rate limits cannot be counted in the database; each process counts on its own')
    },
  }
}
