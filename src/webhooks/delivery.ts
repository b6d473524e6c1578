import type { DeliveryOutcome } from '../metrics/metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Seal } from '../platform/seal.ts'
import type { Database } from '../storage/database.ts'
import {
  type AttemptResult,
  claimDueDeliveries,
  listDueWebhooks,
  settleDelivery,
  type Verdict,
} from './delivery-store.ts'
import { nextAttemptAt } from './retry-policy.ts'
import { openSecrets } from './secrets.ts'
import type { SendWebhook } from './sender.ts'
import { signatureHeaders } from './signature.ts'
import { type Delivery, messageId, type Webhook } from './webhook.ts'
import { findSecrets, findWebhook } from './webhook-store.ts'

/** How many requests are under way to one webhook at a time, from each process. */
const CONCURRENCY = 4
/** How long one attempt may take. */
const ATTEMPT_DEADLINE_MS = 10_000
/** When an attempt counts as lost: well after its deadline, so that nothing is sent twice as long as its process lives. */
const LOST_AFTER_MS = 2 * ATTEMPT_DEADLINE_MS
/** How much of an error is kept. */
const ERROR_LIMIT = 300

type WebhookDeliveryParts = {
  database: Database
  clock: Clock
  seal: Seal
  send: SendWebhook
  /** Notes that a receiver wants to be told nothing any more, which it says by 410 Gone. */
  onGone(webhook: Webhook): Promise<void>
  log: Logger
  /** Told what each attempt came to. */
  onOutcome?: (outcome: DeliveryOutcome) => void
}

/** Tells webhooks what they are to be told. */
type WebhookDelivery = {
  /** Begins with all that is due, and does not wait for it. Any number of processes may do so at once. */
  begin(): Promise<void>
  /** Answers when nothing is under way here any more. */
  settled(): Promise<void>
  /**
   * Takes up no more, and waits for what is under way. What takes too long is let go of: the next process tells it.
   *
   * @param graceMs how long is too long
   */
  stop(graceMs: number): Promise<void>
}

/**
 * Delivers at least once, and but for a crash between the receiver's answer and our own note of it, once. Each webhook has
 * a lane of its own, so that one that answers slowly or not at all holds up no other. What fails is tried again, ever less
 * often, for three days.
 */
export function createWebhookDelivery(parts: WebhookDeliveryParts): WebhookDelivery {
  const { database, clock, seal, send, onGone, log, onOutcome = () => {} } = parts
  const aborting = new AbortController()
  const lanes = new Map<string, Promise<void>>()
  let isStopped = false

  async function runLane(id: string): Promise<void> {
    while (!isStopped) {
      const webhook = await findWebhook(database.read, id)
      if (webhook === undefined || webhook.disabledAt !== undefined) return
      const now = clock.now()
      const claimed = await database.inTransaction((tx) =>
        claimDueDeliveries(tx, id, { now, lostAt: now + LOST_AFTER_MS, limit: CONCURRENCY }),
      )
      if (claimed.length === 0) return
      const statuses = await Promise.all(claimed.map((delivery) => deliver(webhook, delivery)))
      if (statuses.includes(410)) await onGone(webhook)
    }
  }

  /** @returns the status of the answer, if there was one */
  async function deliver(webhook: Webhook, delivery: Delivery): Promise<number | undefined> {
    const result = await attempt(webhook, delivery)
    const verdict = judge(result, delivery.attempts, clock.now())
    await database.inTransaction((tx) => settleDelivery(tx, delivery, verdict, result))
    onOutcome(verdict.state === 'pending' ? 'postponed' : verdict.state)
    const facts = { webhook: webhook.id, eventId: delivery.eventId, event: delivery.event, attempts: delivery.attempts }
    if (verdict.state === 'delivered') log.info(facts, 'webhook told')
    else if (verdict.state === 'pending') log.warn({ ...facts, reason: result.error }, 'webhook could not be told yet')
    else log.error({ ...facts, reason: result.error }, 'webhook given up')
    return result.status
  }

  async function attempt({ id, url }: Webhook, delivery: Delivery): Promise<AttemptResult> {
    try {
      const now = clock.now()
      const sealed = await findSecrets(database.read, id)
      if (sealed === undefined) throw new Error('the webhook was deleted')
      const message = { id: messageId(delivery), sentAt: now, payload: delivery.payload }
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Latchkey-Webhooks',
        ...signatureHeaders(message, openSecrets(seal, id, sealed, now)),
      }
      const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(ATTEMPT_DEADLINE_MS)])
      const status = await send({ url, headers, body: delivery.payload }, signal)
      const isTaken = status >= 200 && status < 300
      return { status, error: isTaken ? undefined : `answered with ${status}` }
    } catch (error) {
      return { status: undefined, error: reasonOf(error) }
    }
  }

  /** A server that stops gives back what it has not done. */
  function judge({ error, status }: AttemptResult, attempts: number, now: number): Verdict {
    if (error === undefined) return { state: 'delivered', at: now }
    if (status === undefined && aborting.signal.aborted) return { state: 'pending', nextAttemptAt: now }
    const next = status === 410 ? undefined : nextAttemptAt(attempts, now)
    return next === undefined ? { state: 'given_up', at: now } : { state: 'pending', nextAttemptAt: next }
  }

  return {
    async begin() {
      if (isStopped) return
      for (const id of await listDueWebhooks(database.read, clock.now())) {
        if (lanes.has(id)) continue
        const lane = runLane(id)
          .catch((error) =>
            log.warn({ webhook: id, err: error }, 'a webhook could not be worked off; it is tried again'),
          )
          .finally(() => lanes.delete(id))
        lanes.set(id, lane)
      }
    },
    async settled() {
      while (lanes.size > 0) await Promise.all(lanes.values())
    },
    async stop(graceMs) {
      isStopped = true
      const grace = setTimeout(() => aborting.abort(), graceMs)
      await Promise.all(lanes.values())
      clearTimeout(grace)
    },
  }
}

/** What went wrong, for the log and the record: one line. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'took too long'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message || code : String(error)
  return message.replace(/[\p{C}\s]+/gu, ' ').slice(0, ERROR_LIMIT)
}
