import { pruneEvents } from '../audit/audit-store.ts'
import { type KeyRing, keyMaintenanceMs, keyRereadMs } from '../keys/key-ring.ts'
import { pruneMail } from '../mail/outbox-store.ts'
import { pruneOneTimeTokens } from '../one-time-tokens/one-time-token-store.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { pruneKnownNetworks } from '../rate-limits/known-network-store.ts'
import { pruneLimitCounts } from '../rate-limits/limit-count-store.ts'
import { KNOWN_NETWORK_MS } from '../rate-limits/limits.ts'
import { pruneDevices } from '../sessions/device-store.ts'
import { pruneSessions } from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'
import { claimTidying } from '../storage/single-worker.ts'
import { pruneDeliveries } from '../webhooks/delivery-store.ts'

/** How often the database is tidied, and how many rows one transaction may delete, so that nobody waits for it long. */
const TIDY_EVERY_MS = 60_000
const BATCH = 500
/** How long sessions are kept after their last token has died, so that their end can still be told. */
const KEPT_AFTER_EXPIRY_MS = 86_400_000

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

/**
 * Deletes sessions no token of which can be good any more.
 *
 * @returns how many
 */
export async function pruneExpired(database: Database, now: number): Promise<number> {
  return inBatches(database, (tx) => pruneSessions(tx, now - KEPT_AFTER_EXPIRY_MS, BATCH))
}

/** Deletes what rate limits have no use for any more. */
async function pruneLimits(database: Database, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneLimitCounts(tx, now, BATCH))
  await inBatches(database, (tx) => pruneKnownNetworks(tx, now - KNOWN_NETWORK_MS, BATCH))
}

/** Deletes events that have been in the audit log for long enough. */
export async function pruneAuditLog(database: Database, retentionMs: number, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneEvents(tx, now - retentionMs, BATCH))
}

/** How long it is on record what webhooks were told. */
const KEPT_DELIVERY_MS = 30 * 86_400_000

/** Deletes old records of what webhooks were told. */
async function pruneWebhookRecords(database: Database, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneDeliveries(tx, now - KEPT_DELIVERY_MS, BATCH))
}

/** How long it is on record that a mail was sent; what it said is forgotten when it is. */
const KEPT_MAIL_MS = 30 * 86_400_000

/** Deletes one-time tokens that have expired, old records of mail, and devices that were not used for long. */
async function pruneMailRecords(database: Database, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneOneTimeTokens(tx, now, BATCH))
  await inBatches(database, (tx) => pruneMail(tx, now - KEPT_MAIL_MS, BATCH))
  await inBatches(database, (tx) => pruneDevices(tx, now - KNOWN_NETWORK_MS, BATCH))
}

/** In one process at a time: who finds another one at it leaves the rest to that. */
async function inBatches(database: Database, prune: (tx: Queryable) => Promise<number>): Promise<number> {
  let total = 0
  for (;;) {
    const deleted = await database.inTransaction(async (tx) => ((await claimTidying(database, tx)) ? prune(tx) : 0))
    total += deleted
    if (deleted < BATCH) return total
  }
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
