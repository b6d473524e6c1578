import { inTime } from '../platform/deadline.ts'
import type { Database } from './database.ts'

/** Shorter than the default timeout of monitors, so that they get a negative answer instead of none. */
export const PING_DEADLINE_MS = 2_000
/** How long the answer "ready" stays valid. Everybody may call `/readyz`, so it does not ask the database each time. */
const GOOD_FOR_MS = 500

/**
 * Checks whether the database can do what a login needs. Concurrent callers share one check.
 *
 * @throws Error if it cannot, or not in time
 */
export function createReadinessCheck(database: Pick<Database, 'checkReady'>): () => Promise<void> {
  let readyAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    try {
      await database.checkReady()
      readyAt = performance.now()
    } finally {
      looking = undefined
    }
  }

  return async () => {
    if (performance.now() - readyAt < GOOD_FOR_MS) return
    // Never two checks at a time: if the database hangs, they would soon hold every connection.
    looking ??= look()
    await inTime(PING_DEADLINE_MS, looking)
  }
}
