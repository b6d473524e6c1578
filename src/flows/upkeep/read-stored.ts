import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import type { Backlog, Readings } from '../../metrics/readings.ts'
import type { Clock } from '../../platform/clock.ts'
import { inTime } from '../../platform/deadline.ts'
import { countRotatedTokenUse } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { PING_DEADLINE_MS } from '../../storage/ping.ts'
import { readWebhookBacklog } from '../../webhooks/delivery-store.ts'

const DAY_MS = 86_400_000

/**
 * The values that the metrics take from the database, about all processes; undefined if it does not respond in time.
 * That is not an error, because metrics are needed most just then.
 */
type ReadStored = () => Promise<Readings['stored']>

export function createReadStored({ database, clock }: { database: Database; clock: Clock }): ReadStored {
  function since(
    now: number,
    { waiting, oldestQueuedAt = now }: { waiting: number; oldestQueuedAt: number | undefined },
  ) {
    return { waiting, oldestSeconds: Math.max(0, now - oldestQueuedAt) / 1_000 } satisfies Backlog
  }

  return async () => {
    const now = clock.now()
    const reading = Promise.all([
      readMailBacklog(database.read),
      readWebhookBacklog(database.read),
      countRotatedTokenUse(database.read, now - DAY_MS),
    ])
    try {
      const [mail, webhooks, rotatedTokens] = await inTime(PING_DEADLINE_MS, reading)
      return { mail: since(now, mail), webhooks: since(now, webhooks), rotatedTokens }
    } catch {
      // The counter of database errors already includes it.
      return undefined
    }
  }
}
