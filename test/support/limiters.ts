import { systemClock } from '../../src/platform/clock.ts'
import { createLog } from '../../src/platform/log.ts'
import { createLimiter, type Limiter } from '../../src/rate-limits/limiter.ts'
import { type Claim, type LimitName, limitNames, type Rate } from '../../src/rate-limits/limits.ts'
import type { Database } from '../../src/storage/database.ts'
import type { TestDatabase } from './databases.ts'
import { createMigratedDatabase } from './migrated-database.ts'

export const MINUTE = 60_000
export const SUBJECT = { address: '203.0.113.7' }

/** Processes that count on one database, each with its own limiter. */
export type Limiters = {
  /** The next process; limits that are not passed are off. */
  aLimiter(rates: Partial<Record<LimitName, Rate>>, isOn?: boolean): Limiter
  database: Database
  /** Everything that the processes have logged since the counts were last deleted. */
  log(): { level: number; message: string; [fact: string]: unknown }[]
  /** Deletes the counts in the database. */
  forget(): Promise<void>
  close(): Promise<void>
}

/** The library reads the machine's clock itself, so tests move it with vitest's fake `Date`. */
export async function createLimiters(kind: TestDatabase): Promise<Limiters> {
  const place = await createMigratedDatabase(kind, systemClock.now())
  const database = place.open()
  const lines: string[] = []
  const logger = createLog('info', (text) => lines.push(...text.trim().split('\n')))

  return {
    database,
    aLimiter(rates, isOn = true) {
      const off = Object.fromEntries(limitNames.map((name) => [name, undefined])) as Record<LimitName, undefined>
      const settings = { ...off, ...rates, isOn }
      return createLimiter({ settings, database: place.open(), clock: systemClock, log: logger })
    },
    log() {
      logger.flushNow()
      return lines.map((line) => JSON.parse(line))
    },
    async forget() {
      logger.flushNow()
      lines.length = 0
      await database.inTransaction((tx) => tx.deleteFrom('rate_limits').execute())
    },
    close: place.drop,
  }
}

/** The outcome of a right or wrong attempt: the outcome itself, or the code of its refusal. */
export async function attempt(limiter: Limiter, claims: readonly Claim[], isRight: boolean): Promise<string> {
  try {
    return await limiter.guard(
      claims,
      SUBJECT,
      async () => (isRight ? 'right' : 'wrong'),
      (outcome) => outcome === 'wrong',
    )
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}
