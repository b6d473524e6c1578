import { createMailAttempt } from '../../mail/attempt.ts'
import { claimMail, isMailDue, renewMail, settleMail } from '../../mail/mail-queue-store.ts'
import type { Compose } from '../../mail/message/composer.ts'
import type { OutboxMail } from '../../mail/outbox-store.ts'
import { nextMailAttemptAt } from '../../mail/retry-policy.ts'
import type { MailTransport } from '../../mail/transport/transport.ts'
import type { DeliveryOutcome } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import type { Seal } from '../../platform/seal.ts'
import { type QueueStore, type Settled, verdictOutcome } from '../../queue/queue.ts'
import { createQueueWorker, type QueueWorker } from '../../queue/queue-worker.ts'
import type { Database } from '../../storage/database.ts'

/** The outbox as a queue, in the table of failing lanes. All mail goes to one destination, so it has one lane. */
export const MAIL_QUEUE = 'mail'
export const MAIL_LANE = 'smtp'

/** The time limit of one delivery. */
const SEND_DEADLINE_MS = 60_000

type DeliverMailParts = {
  database: Database
  clock: Clock
  seal: Seal
  compose: Compose
  transport: MailTransport
  log: Logger
  /** Called with the outcome of each attempt. */
  onOutcome?: (outcome: DeliveryOutcome) => void
}

/** Sends waiting mail from the outbox. `queue/queue.ts` explains how a queue is processed. */
export function createMailQueue(parts: DeliverMailParts): QueueWorker {
  const { database, clock, transport, log, onOutcome = () => {} } = parts
  const store: QueueStore<OutboxMail> = {
    dueLanes: async (db, now) => ((await isMailDue(db, now)) ? [MAIL_LANE] : []),
    claim: (tx, _lane, options) => claimMail(tx, options),
    renew: renewMail,
    settle: (tx, settled) => settleMail(tx, settled, transport.keepsMail),
  }

  function onSettled({ work, verdict, result: { reason } }: Settled<OutboxMail>): void {
    onOutcome(verdictOutcome(verdict))
    const facts = { mail: work.id, kind: work.kind, attempts: work.attempts }
    if (verdict.kind === 'done') log.info(facts, 'mail sent')
    else if (verdict.kind === 'given_up') log.error({ ...facts, reason }, 'mail given up')
    else log.debug({ ...facts, reason }, 'mail postponed')
  }

  return createQueueWorker<OutboxMail>({
    database,
    clock,
    log,
    queue: MAIL_QUEUE,
    store,
    attempt: createMailAttempt(parts),
    deadlineMs: SEND_DEADLINE_MS,
    nextAttemptAt: ({ attempts, expiresAt }, now) => nextMailAttemptAt(attempts, now, expiresAt),
    // If a few recipients' servers want to be asked again later, that says nothing about our mail server.
    limits: { concurrency: 4, batch: 4, tolerance: 5 },
    onSettled,
    words: {
      fails: 'Mail cannot be sent. One email at a time is retried; the others wait.',
      answers: 'Mail can be sent again.',
    },
  })
}
