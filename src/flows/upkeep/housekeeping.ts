import { type KeyRing, keyMaintenanceMs, keyRereadMs } from '../../keys/key-ring.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../storage/database.ts'
import { pruneAuditLog, pruneExpired, pruneLimits, pruneMailRecords, pruneWebhookRecords } from './prune.ts'

/** How often the database is tidied. */
const TIDY_EVERY_MS = 60_000

type HousekeepingParts = {
  database: Database
  clock: Clock
  keyRing: KeyRing
  /** How long events are kept; undefined: for ever. */
  auditRetentionMs: number | undefined
  log: Logger
}

/** What the server does by itself, so that no cron job is needed. */
type Housekeeping = {
  start(): void
  stop(): void
}

export function createHousekeeping({
  database,
  clock,
  keyRing,
  auditRetentionMs,
  log,
}: HousekeepingParts): Housekeeping {
  const timers: NodeJS.Timeout[] = []

  function every(ms: number, what: string, task: () => Promise<unknown>): void {
    let isRunning = false
    const timer = setInterval(async () => {
      if (isRunning) return
      isRunning = true
      try {
        await task()
      } catch (error) {
        log.warn({ err: error }, `${what} failed and will be retried`)
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
      every(keyMaintenanceMs, 'maintaining the signing keys', () => keyRing.maintain())
      every(TIDY_EVERY_MS, 'deleting expired sessions', () => pruneExpired(database, clock.now()))
      if (auditRetentionMs !== undefined) {
        every(TIDY_EVERY_MS, 'deleting old events', () => pruneAuditLog(database, auditRetentionMs, clock.now()))
      }
      every(TIDY_EVERY_MS, 'deleting old records of mail', () => pruneMailRecords(database, clock.now()))
      every(TIDY_EVERY_MS, 'deleting old records of webhooks', () => pruneWebhookRecords(database, clock.now()))
      every(TIDY_EVERY_MS, 'deleting old counts of rate limits', () => pruneLimits(database, clock.now()))
    },
    stop() {
      for (const timer of timers) clearInterval(timer)
      timers.length = 0
    },
  }
}
