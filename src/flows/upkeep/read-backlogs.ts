import { readMailBacklog } from '../../mail/mail-queue-store.ts'
import type { Backlog, Readings } from '../../metrics/readings.ts'
import type { Clock } from '../../platform/clock.ts'
import { inTime } from '../../platform/deadline.ts'
import type { Database } from '../../storage/database.ts'
import { PING_DEADLINE_MS } from '../../storage/ping.ts'
import { readWebhookBacklog } from '../../webhooks/delivery-store.ts'

/**
 * What waits in the database to be sent, whichever process is to send it; undefined if the database does not answer in
 * time. The metrics are most wanted just then, so that is no error.
 */
type ReadBacklogs = () => Promise<Readings['backlogs']>

export function createReadBacklogs({ database, clock }: { database: Database; clock: Clock }): ReadBacklogs {
  function since(
    now: number,
    { waiting, oldestQueuedAt = now }: { waiting: number; oldestQueuedAt: number | undefined },
  ) {
    return { waiting, oldestSeconds: Math.max(0, now - oldestQueuedAt) / 1_000 } satisfies Backlog
  }

  return async () => {
    const now = clock.now()
    const reading = Promise.all([readMailBacklog(database.read), readWebhookBacklog(database.read)])
    try {
      const [mail, webhooks] = await inTime(PING_DEADLINE_MS, reading)
      return { mail: since(now, mail), webhooks: since(now, webhooks) }
    } catch {
      // The counter of database errors has it already.
      return undefined
    }
  }
}
