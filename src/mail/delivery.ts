import type { DeliveryOutcome } from '../metrics/metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Seal } from '../platform/seal.ts'
import type { Database } from '../storage/database.ts'
import type { Compose } from './composer.ts'
import { linksOf } from './outbox.ts'
import { claimDueMail, giveMailUp, isMailDue, type OutboxMail, postponeMail, recordDelivery } from './outbox-store.ts'
import { nextAttemptAt } from './retry-policy.ts'
import { type MailTransport, RefusedMailError } from './transport.ts'

/** How many mails are under way at a time, in each process. */
const CONCURRENCY = 4
/** How long one delivery may take. */
const SEND_DEADLINE_MS = 60_000
/** When a delivery counts as lost: well after its deadline, so that nothing is sent twice as long as its process lives. */
const LOST_AFTER_MS = 2 * SEND_DEADLINE_MS
/** How much of an error is kept. */
const ERROR_LIMIT = 300

export type DeliveryParts = {
  database: Database
  clock: Clock
  seal: Seal
  compose: Compose
  transport: MailTransport
  log: Logger
  /** Told what each attempt came to. */
  onOutcome?: (outcome: DeliveryOutcome) => void
}

/** Sends what lies in the outbox. */
export type Delivery = {
  /** Sends all mail that is due, and answers when no more is. Any number of processes may do so at once. */
  deliverDue(): Promise<void>
  /**
   * Takes up no more, and waits for what is under way. What takes too long is let go of: the next process sends it.
   *
   * @param graceMs how long is too long
   */
  stop(graceMs: number): Promise<void>
}

/**
 * Delivers mail at least once, and but for a crash between the server's word and our own note of it, once: a mail is taken
 * up by one process, and counts as lost only when that one cannot be at it any more. What fails is tried again, ever less
 * often, until it is not worth sending.
 */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { database, clock, seal, compose, transport, log, onOutcome = () => {} } = parts
  const aborting = new AbortController()
  const underWay = new Set<Promise<void>>()
  let isStopped = false

  async function deliver(mail: OutboxMail): Promise<void> {
    const now = clock.now()
    // Stopped while it was being taken up: nobody waits for it any more.
    if (isStopped) return postpone(mail, now, 'the server was stopping')
    if (mail.expiresAt <= now) return giveUp(mail, 'it could not be delivered in time')
    try {
      const message = compose({ ...mail.facts, kind: mail.kind, to: mail.to, links: linksOf(mail, seal) })
      const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(SEND_DEADLINE_MS)])
      await transport.send({ ...message, id: mail.id, to: mail.to, queuedAt: mail.queuedAt }, signal)
    } catch (error) {
      return afterFailure(mail, error)
    }
    await database.inTransaction((tx) => recordDelivery(tx, mail, transport.keepsMail, clock.now()))
    onOutcome('delivered')
    log.info({ mail: mail.id, kind: mail.kind, attempts: mail.attempts }, 'mail sent')
  }

  async function afterFailure(mail: OutboxMail, error: unknown): Promise<void> {
    const reason = reasonOf(error)
    if (error instanceof RefusedMailError) return giveUp(mail, reason)
    const now = clock.now()
    const next = aborting.signal.aborted ? now : nextAttemptAt(mail.attempts, now, mail.expiresAt)
    if (next === undefined) return giveUp(mail, reason)
    return postpone(mail, next, reason)
  }

  async function postpone(mail: OutboxMail, until: number, reason: string): Promise<void> {
    await database.inTransaction((tx) => postponeMail(tx, mail, until, reason))
    onOutcome('postponed')
    log.warn({ mail: mail.id, kind: mail.kind, attempts: mail.attempts, reason }, 'mail could not be sent yet')
  }

  async function giveUp(mail: OutboxMail, reason: string): Promise<void> {
    await database.inTransaction((tx) => giveMailUp(tx, mail, reason, clock.now()))
    onOutcome('given_up')
    log.error({ mail: mail.id, kind: mail.kind, attempts: mail.attempts, reason }, 'mail given up')
  }

  /** Takes up mail that is due, and gives what becomes of it. */
  async function takeUp(): Promise<Promise<void>[]> {
    const now = clock.now()
    if (isStopped || !(await isMailDue(database.read, now))) return []
    const mails = await database.inTransaction((tx) => claimDueMail(tx, now, now + LOST_AFTER_MS, CONCURRENCY))
    return mails.map((mail) => {
      const delivery = deliver(mail).finally(() => underWay.delete(delivery))
      underWay.add(delivery)
      return delivery
    })
  }

  return {
    async deliverDue() {
      for (let taken = await takeUp(); taken.length > 0; taken = await takeUp()) {
        const outcomes = await Promise.allSettled(taken)
        const failed = outcomes.find((outcome) => outcome.status === 'rejected')
        if (failed !== undefined) throw failed.reason
      }
    },
    async stop(graceMs) {
      isStopped = true
      const grace = setTimeout(() => aborting.abort(), graceMs)
      await Promise.allSettled(underWay)
      clearTimeout(grace)
    },
  }
}

/** What went wrong, for the log and the record: a line of text, as servers answer it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/[\p{C}\s]+/gu, ' ').slice(0, ERROR_LIMIT)
}
