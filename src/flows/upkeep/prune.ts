import { pruneEvents } from '../../audit/audit-store.ts'
import { pruneMail } from '../../mail/outbox-store.ts'
import { pruneOneTimeTokens } from '../../one-time-tokens/one-time-token-store.ts'
import { pruneKnownNetworks } from '../../rate-limits/known-network-store.ts'
import { pruneLimitCounts } from '../../rate-limits/limit-count-store.ts'
import { KNOWN_NETWORK_MS } from '../../rate-limits/limits.ts'
import { pruneDevices } from '../../sessions/device-store.ts'
import { pruneSessions } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import { claimTidying } from '../../storage/single-worker.ts'
import { pruneDeliveries } from '../../webhooks/delivery-store.ts'

const DAY_MS = 86_400_000
/** How many rows one transaction may delete, so that nobody waits for it long. */
const BATCH = 500
/** How long sessions are kept after their last token has died, so that their end can still be told. */
const KEPT_AFTER_EXPIRY_MS = DAY_MS
/** How long it is on record what webhooks were told. */
const KEPT_DELIVERY_MS = 30 * DAY_MS
/** How long it is on record that a mail was sent; what it said is forgotten when it is. */
const KEPT_MAIL_MS = 30 * DAY_MS

/**
 * Deletes sessions no token of which can be good any more.
 *
 * @returns how many
 */
export async function pruneExpired(database: Database, now: number): Promise<number> {
  return inBatches(database, (tx) => pruneSessions(tx, now - KEPT_AFTER_EXPIRY_MS, BATCH))
}

/** Deletes what rate limits have no use for any more. */
export async function pruneLimits(database: Database, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneLimitCounts(tx, now, BATCH))
  await inBatches(database, (tx) => pruneKnownNetworks(tx, now - KNOWN_NETWORK_MS, BATCH))
}

/** Deletes events that have been in the audit log for long enough. */
export async function pruneAuditLog(database: Database, retentionMs: number, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneEvents(tx, now - retentionMs, BATCH))
}

/** Deletes old records of what webhooks were told. */
export async function pruneWebhookRecords(database: Database, now: number): Promise<void> {
  await inBatches(database, (tx) => pruneDeliveries(tx, now - KEPT_DELIVERY_MS, BATCH))
}

/** Deletes one-time tokens that have expired, old records of mail, and devices that were not used for long. */
export async function pruneMailRecords(database: Database, now: number): Promise<void> {
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
