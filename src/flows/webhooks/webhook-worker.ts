import type { Metrics } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'
import { createWebhookDelivery } from '../../webhooks/delivery.ts'
import { resealed } from '../../webhooks/secrets.ts'
import type { SendWebhook } from '../../webhooks/sender.ts'
import { changeWebhook, findSecrets, listWebhooks, setSecrets } from '../../webhooks/webhook-store.ts'
import { recordChange } from './manage-webhooks.ts'

/** How often is looked for what is to be told: the longest that an event waits, as long as all goes well. */
const LOOK_EVERY_MS = 1_000
/** How long what is under way may take when the server stops. */
const STOP_GRACE_MS = 3_000

type WebhookWorkerParts = {
  database: Database
  clock: Clock
  seal: Seal
  send: SendWebhook
  log: Logger
  metrics: Pick<Metrics, 'webhookDeliveries'>
}

/** Tells webhooks in the background what has happened. */
export type WebhookWorker = {
  start(): void
  /** Works off all that is due, and answers when that is done. */
  settle(): Promise<void>
  /** Waits a while for what is under way; what is not done then is done by the next process. */
  stop(): Promise<void>
}

export function createWebhookWorker(parts: WebhookWorkerParts): WebhookWorker {
  const { database, clock, seal, log, metrics } = parts
  const delivery = createWebhookDelivery({
    ...parts,
    onOutcome: metrics.webhookDeliveries.add,
    onGone: ({ id }) =>
      database.inTransaction(async (tx) => {
        const now = clock.now()
        await changeWebhook(tx, id, { disabledAt: now })
        await recordChange(tx, id, ['is_enabled'], { actor: 'server', address: '', userAgent: '' }, now)
      }),
  })
  let poll: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let resealing: Promise<void> | undefined

  /** So that former values of SECRET_KEY can be taken away once the server was started with the new one. */
  async function resealSecrets(): Promise<void> {
    for (const { id } of await listWebhooks(database.read)) {
      await database.inTransaction(async (tx) => {
        const sealed = await findSecrets(tx, id)
        const again = sealed && resealed(seal, id, sealed)
        if (again !== undefined) await setSecrets(tx, id, again)
      })
    }
  }

  function look(): Promise<void> {
    looking ??= delivery
      .begin()
      .catch((error) => log.warn({ err: error }, 'webhooks could not be looked at; it is tried again'))
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    start() {
      resealing = resealSecrets().catch((error) =>
        log.error({ err: error }, 'the secrets of webhooks could not be sealed anew'),
      )
      poll = setInterval(look, LOOK_EVERY_MS)
      poll.unref()
    },
    async settle() {
      await resealing
      await look()
      await delivery.settled()
    },
    async stop() {
      clearInterval(poll)
      await resealing
      await looking
      await delivery.stop(STOP_GRACE_MS)
    },
  }
}
