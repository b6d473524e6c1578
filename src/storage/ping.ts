import { inTime } from '../platform/deadline.ts'
import type { Database } from './database.ts'

/** Less than monitors wait for an answer by default: they are to be told no rather than nothing. */
export const PING_DEADLINE_MS = 2_000
/** How long the answer "ready" is good for. `/readyz` answers anybody, so the database is not asked as often as that is. */
const GOOD_FOR_MS = 500

/**
 * Looks whether the database does what a login needs. Whoever asks while it is looked at shares the answer.
 *
 * @throws Error if it does not, or not in time
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
    // Never twice at a time: a database that hangs would soon hold every connection.
    looking ??= look()
    await inTime(PING_DEADLINE_MS, looking)
  }
}
