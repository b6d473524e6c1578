import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseUnavailableError, isUnreached, sqlStateOf } from './database-trouble.ts'

/** How long to wait before the next attempt, in milliseconds. */
const ATTEMPT_EVERY_MS = 1_000
/** It starts, ends or recovers; has too many clients; is a read-only copy until it takes over. */
const COMING_UP = /^(08006|57P0[1-4]|53300|25006)$/

type AwaitOptions = {
  /** How long to wait in all, in milliseconds. */
  waitMs: number
  /** Told once, with the reason, when the first attempt has failed. */
  onWait(reason: string): void
}

/**
 * Does `work`, and does it again while the database is not there yet: after a boot PostgreSQL may take longer than
 * Latchkey to start. What waiting does not mend, such as a wrong password, is thrown at once.
 *
 * @throws what the last attempt failed with
 */
export async function whenDatabaseIsThere<T>(work: () => Promise<T>, { waitMs, onWait }: AwaitOptions): Promise<T> {
  const lastAt = performance.now() + waitMs
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!mayComeUp(error) || performance.now() + ATTEMPT_EVERY_MS > lastAt) throw error
      if (attempt === 1) onWait(error.message)
      await delay(ATTEMPT_EVERY_MS)
    }
  }
}

function mayComeUp(error: unknown): error is DatabaseUnavailableError {
  if (!(error instanceof DatabaseUnavailableError)) return false
  return isUnreached(error.cause) || COMING_UP.test(sqlStateOf(error) ?? '')
}
