import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { giveUpInBatches } from '../../queue/give-up-in-batches.ts'
import type { Database } from '../../storage/database.ts'
import { findExcess, giveUpOldest, oldestQueuedAt } from '../../webhooks/delivery-queue-store.ts'
import { listWebhooks } from '../../webhooks/webhook-store.ts'

/** A queue in which nothing has waited this long is short, so it is not counted. */
const YOUNG_MS = 60_000

type BoundQueueParts = {
  database: Database
  clock: Clock
  settings: { queueLimit: number; queueAgeMs: number }
  log: Logger
  /** Called with the number of deliveries given up. */
  onGivenUp(count: number): void
}

/**
 * Keeps the queues of webhooks within their limits of age and length: gives up what exceeds them, oldest first. Call it
 * regularly; it counts a queue only if something has waited for a while.
 */
export function createBoundQueue({ database, clock, settings, log, onGivenUp }: BoundQueueParts): () => Promise<void> {
  async function bound(webhookId: string): Promise<void> {
    const now = clock.now()
    const oldest = await oldestQueuedAt(database.read, webhookId)
    if (oldest === undefined || oldest > now - YOUNG_MS) return
    const before = now - settings.queueAgeMs
    const lastEventId = (await findExcess(database.read, webhookId, settings.queueLimit)) ?? 0
    if (oldest >= before && lastEventId === 0) return
    const reason = 'waited for too long, or too much waited'
    const total = await giveUpInBatches((limit) =>
      database.inTransaction((tx) => giveUpOldest(tx, webhookId, { before, lastEventId, now, reason, limit })),
    )
    if (total === 0) return
    onGivenUp(total)
    log.error(
      { webhook: webhookId, count: total },
      'Events for a webhook were given up: it does not answer, and its queue is too old or too long ' +
        '(WEBHOOK_QUEUE_AGE, WEBHOOK_QUEUE_LIMIT).',
    )
  }

  return async () => {
    for (const { id } of await listWebhooks(database.read)) await bound(id)
  }
}
