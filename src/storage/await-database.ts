import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseUnavailableError, isUnreached, sqlStateOf } from './database-trouble.ts'

/** How long to wait before the next attempt, in milliseconds. */
const ATTEMPT_EVERY_MS = 1_000
/**
 * The server is starting, stopping or recovering, has too many clients, or is a standby that has not taken over yet.
 */
const COMING_UP = /^(08006|57P0[1-4]|53300|25006)$/

type AwaitOptions = {
  /** The longest time to wait, in milliseconds. */
  waitMs: number
  /** Called once, with the reason, when the first attempt has failed. */
  onWait(reason: string): void
}

/**
 * Runs `work`, and repeats it while the database is not available yet: after a boot, PostgreSQL may start later than
 * Latchkey. Errors that waiting cannot fix, such as a wrong password, are thrown at once.
 *
 * @throws the error of the last attempt
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
