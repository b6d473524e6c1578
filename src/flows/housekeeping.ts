import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { pruneSessions } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'

/** How often the database is tidied, and how many rows one transaction may delete, so that nobody waits for it long. */
const TIDY_EVERY_MS = 60_000
const BATCH = 500
/** How long sessions are kept after their last token has died, so that their end can still be told. */
const KEPT_AFTER_EXPIRY_MS = 86_400_000

export type HousekeepingParts = {
  database: Database
  clock: Clock
  keyRing: KeyRing
  keyRereadMs: number
  log: Logger
}

/** What the server does by itself, so that no cron job is needed. */
export type Housekeeping = {
  start(): void
  stop(): void
}

/**
 * Deletes sessions no token of which can be good any more.
 *
 * @returns how many
 */
export async function pruneExpired(database: Database, now: number): Promise<number> {
  let total = 0
  for (;;) {
    const deleted = await database.inTransaction((tx) => pruneSessions(tx, now - KEPT_AFTER_EXPIRY_MS, BATCH))
    total += deleted
    if (deleted < BATCH) return total
  }
}

export function createHousekeeping({ database, clock, keyRing, keyRereadMs, log }: HousekeepingParts): Housekeeping {
  const timers: NodeJS.Timeout[] = []

  function every(ms: number, what: string, task: () => Promise<unknown>): void {
    let isRunning = false
    const timer = setInterval(async () => {
      if (isRunning) return
      isRunning = true
      try {
        await task()
      } catch (error) {
        log.warn({ err: error }, `${what} failed; it is tried again`)
      } finally {
        isRunning = false
      }
    }, ms)
    timer.unref()
    timers.push(timer)
  }

  return {
    start() {
      every(keyRereadMs, 'reading the signing keys', () => keyRing.refresh())
      every(TIDY_EVERY_MS, 'maintaining the signing keys', () => keyRing.maintain())
      every(TIDY_EVERY_MS, 'deleting expired sessions', () => pruneExpired(database, clock.now()))
    },
    stop() {
      for (const timer of timers) clearInterval(timer)
      timers.length = 0
    },
  }
}
