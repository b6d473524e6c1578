import { type RateLimiterAbstract, RateLimiterPostgres } from 'rate-limiter-flexible'
import type { Database } from '../storage/database.ts'
import { BoundedMemory } from './bounded-memory.ts'
import { type LimitCountClient, limitCountClient } from './limit-count-store.ts'
import { type LimitName, limitNames, limits, type Rate } from './limits.ts'

/** The counter of one limit. */
export type LimitCounter = { rate: Rate; limiter: RateLimiterAbstract }

export type CountersParts = {
  settings: { isOn: boolean } & Record<LimitName, Rate | undefined>
  database: Database
  /** Called whenever the database could not count. */
  onStoreFault(error: unknown): void
}

/**
 * The counters of the active limits: in the memory of this process, or in a shared PostgreSQL. While the database does
 * not respond, each process counts on its own, so that limits neither vanish nor refuse everybody.
 */
export function createCounters({
  settings,
  database,
  onStoreFault,
}: CountersParts): ReadonlyMap<LimitName, LimitCounter> {
  const client = database.kind === 'postgres' ? limitCountClient(database, onStoreFault) : undefined
  const counters = new Map<LimitName, LimitCounter>()
  for (const name of limitNames) {
    const rate = settings.isOn ? settings[name] : undefined
    if (rate === undefined) continue
    counters.set(name, { rate, limiter: createLimitCounter(name, rate, limits[name].isShared ? client : undefined) })
  }
  return counters
}

function createLimitCounter(name: LimitName, rate: Rate, client: LimitCountClient | undefined): RateLimiterAbstract {
  const options = { keyPrefix: name, points: rate.count, duration: rate.windowMs / 1_000 }
  const memory = new BoundedMemory(options)
  if (client === undefined) return memory
  return new RateLimiterPostgres({
    ...options,
    storeClient: client,
    storeType: 'client',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    // Admitted requests, up to `points`, may still be taken back. From twice that number on, there would be no room
    // even then, so the database need not be asked until the window ends.
    inMemoryBlockOnConsumed: 2 * rate.count,
    insuranceLimiter: memory,
  })
}
