import type { Metrics } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Seal } from '../../platform/seal.ts'
import { type AttemptResult, type QueueStore, type Settled, verdictOutcome } from '../../queue/queue.ts'
import { createQueueWorker } from '../../queue/queue-worker.ts'
import type { Database } from '../../storage/database.ts'
import { createWebhookAttempt, GONE } from '../../webhooks/attempt.ts'
import {
  type ClaimedDelivery,
  claimDeliveries,
  listDueWebhooks,
  renewDeliveries,
  settleDeliveries,
} from '../../webhooks/delivery-queue-store.ts'
import { nextDeliveryAt } from '../../webhooks/retry-policy.ts'
import type { SendWebhook } from '../../webhooks/sender.ts'
import type { WebhookSettings } from '../../webhooks/settings.ts'
import { changeWebhook } from '../../webhooks/webhook-store.ts'
import { auditOriginOf } from '../rights/actor.ts'
import { createBoundQueue } from './bound-queue.ts'
import { recordChange, WEBHOOK_QUEUE } from './manage-webhooks.ts'

/** How often the worker looks for events to deliver. This is the longest that an event waits if nothing fails. */
const LOOK_EVERY_MS = 1_000
/** How often it gives up events that are too old or too many. */
const BOUND_EVERY_MS = 60_000
/** How long running deliveries may take when the server stops. */
const STOP_GRACE_MS = 3_000
/** The time limit of one attempt. */
const ATTEMPT_DEADLINE_MS = 10_000

const store: QueueStore<ClaimedDelivery> = {
  dueLanes: listDueWebhooks,
  claim: claimDeliveries,
  renew: renewDeliveries,
  settle: settleDeliveries,
}

type WebhookWorkerParts = {
  database: Database
  clock: Clock
  seal: Seal
  send: SendWebhook
  settings: Pick<WebhookSettings, 'queueLimit' | 'queueAgeMs'>
  log: Logger
  metrics: Pick<Metrics, 'webhookDeliveries'>
}

/** Delivers events to webhooks in the background. */
export type WebhookWorker = {
  start(): void
  /** Does everything that is due, and resolves when that is done. */
  settle(): Promise<void>
  /** Gives up events beyond the limits of the queue. */
  bound(): Promise<void>
  /** Waits a while for running deliveries; the next process does the rest. */
  stop(): Promise<void>
}

export function createWebhookWorker(parts: WebhookWorkerParts): WebhookWorker {
  const { database, clock, settings, log, metrics } = parts
  const attempt = createWebhookAttempt(parts)
  const bound = createBoundQueue({
    database,
    clock,
    settings,
    log,
    onGivenUp: (count) => metrics.webhookDeliveries.add('given_up', count),
  })
  const worker = createQueueWorker<ClaimedDelivery>({
    queue: WEBHOOK_QUEUE,
    store,
    attempt: tell,
    deadlineMs: ATTEMPT_DEADLINE_MS,
    nextAttemptAt: ({ attempts }, now) => nextDeliveryAt(attempts, now),
    limits: { concurrency: 16, batch: 100, tolerance: 1 },
    onSettled,
    words: {
      fails: 'A webhook does not accept events. One event at a time is retried; the others wait.',
      answers: 'A webhook accepts events again.',
    },
    database,
    clock,
    log,
  })
  let timers: NodeJS.Timeout[] = []
  let bounding: Promise<void> | undefined

  async function tell(delivery: ClaimedDelivery, signal: AbortSignal): Promise<AttemptResult> {
    const result = await attempt(delivery, signal)
    if (result.status === GONE) await disable(delivery.webhookId)
    return result
  }

  async function disable(webhookId: string): Promise<void> {
    const now = clock.now()
    await database.inTransaction(async (tx) => {
      await changeWebhook(tx, webhookId, { disabledAt: now })
      await recordChange(tx, webhookId, ['is_enabled'], auditOriginOf({ kind: 'server' }), now)
    })
    log.warn({ webhook: webhookId }, 'A webhook answered 410 Gone and was disabled.')
  }

  function onSettled({ work, verdict, result }: Settled<ClaimedDelivery>): void {
    metrics.webhookDeliveries.add(verdictOutcome(verdict))
    const facts = { webhook: work.webhookId, eventId: work.eventId, event: work.event, attempts: work.attempts }
    if (verdict.kind === 'given_up') log.error({ ...facts, reason: result.reason }, 'webhook event given up')
    else
      log.debug(
        { ...facts, reason: result.reason },
        verdict.kind === 'done' ? 'webhook event delivered' : 'webhook event postponed',
      )
  }

  function boundOnce(): Promise<void> {
    bounding ??= bound()
      .catch((error) => log.warn({ err: error }, 'limiting the webhook queues failed and will be retried'))
      .finally(() => {
        bounding = undefined
      })
    return bounding
  }

  return {
    start() {
      timers = [setInterval(worker.begin, LOOK_EVERY_MS), setInterval(boundOnce, BOUND_EVERY_MS)]
      for (const timer of timers) timer.unref()
    },
    settle: () => worker.drain(),
    bound: boundOnce,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await bounding
      await worker.stop(STOP_GRACE_MS)
    },
  }
}
