import { setTimeout } from 'node:timers/promises'
import type { DeliveryOutcome } from '../metrics/metrics.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Seal } from '../platform/seal.ts'
import type { Database } from '../storage/database.ts'
import type { Compose } from './composer.ts'
import { linksOf } from './outbox.ts'
import {
  claimDueMail,
  giveMailUp,
  isMailDue,
  type OutboxMail,
  postponeMail,
  recordDelivery,
  renewClaim,
} from './outbox-store.ts'
import { nextAttemptAt } from './retry-policy.ts'
import { type MailTransport, RefusedMailError } from './transport.ts'

/** How many mails are under way at a time, in each process. */
const CONCURRENCY = 4
/** How long one delivery may take. */
const SEND_DEADLINE_MS = 60_000
/**
 * When a delivery counts as lost, unless its process says until then that it is still at it: what one that died was at is
 * sent by another after this time. Long enough that no busy process, and no clock that is a little off, has a mail sent twice.
 */
export const LOST_AFTER_MS = 20_000
const RENEW_EVERY_MS = 5_000
const NOTE_AGAIN_AFTER_MS = 500
/** How much of an error is kept. */
const ERROR_LIMIT = 300

type MailDeliveryParts = {
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
export type MailDelivery = {
  /** Begins with all that is due, and does not wait for it. Any number of processes may do so at once. */
  begin(): Promise<void>
  /** The same, and answers when nothing is due or under way here any more. */
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
 * up by one process, and counts as lost only when that one has not said for a while that it is at it. One that takes long
 * holds up no other. What fails is tried again, ever less often, until it is not worth sending.
 */
export function createMailDelivery(parts: MailDeliveryParts): MailDelivery {
  const { database, clock, seal, compose, transport, log, onOutcome = () => {} } = parts
  const aborting = new AbortController()
  const underWay = new Set<Promise<void>>()
  let taking: Promise<void> | undefined
  let isLookWanted = false
  let isStopped = false

  async function deliver(mail: OutboxMail): Promise<void> {
    const now = clock.now()
    // Stopped while it was being taken up: nobody waits for it any more.
    if (isStopped) return postpone(mail, now, 'the server was stopping')
    if (mail.expiresAt <= now) return giveUp(mail, 'it could not be delivered in time')
    const renewal = setInterval(() => renew(mail), RENEW_EVERY_MS)
    try {
      const message = compose({ ...mail.facts, kind: mail.kind, to: mail.to, links: linksOf(mail, seal) })
      const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(SEND_DEADLINE_MS)])
      await transport.send({ ...message, id: mail.id, to: mail.to, queuedAt: mail.queuedAt }, signal)
    } catch (error) {
      return afterFailure(mail, error)
    } finally {
      clearInterval(renewal)
    }
    onOutcome('delivered')
    log.info({ mail: mail.id, kind: mail.kind, attempts: mail.attempts }, 'mail sent')
    await noteDelivery(mail)
  }

  /** Again and again until the database takes it: else a mail that was sent would be sent once more. */
  async function noteDelivery(mail: OutboxMail): Promise<void> {
    for (;;) {
      try {
        return await database.inTransaction((tx) => recordDelivery(tx, mail, transport.keepsMail, clock.now()))
      } catch (error) {
        log.warn({ mail: mail.id, err: error }, 'it could not be noted yet that a mail was sent')
        await setTimeout(NOTE_AGAIN_AFTER_MS, undefined, { signal: aborting.signal })
      }
    }
  }

  /** Says that it is still being delivered. */
  async function renew(mail: OutboxMail): Promise<void> {
    try {
      await database.inTransaction((tx) => renewClaim(tx, mail, clock.now() + LOST_AFTER_MS))
    } catch (error) {
      log.warn({ mail: mail.id, err: error }, 'it could not be noted that a mail is under way')
    }
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

  /** @returns whether there was any mail to be taken up */
  async function takeUp(limit: number): Promise<boolean> {
    const now = clock.now()
    if (limit < 1 || !(await isMailDue(database.read, now))) return false
    const mails = await database.inTransaction((tx) => claimDueMail(tx, now, now + LOST_AFTER_MS, limit))
    for (const mail of mails) {
      const delivery = deliver(mail)
        .catch((error) => log.warn({ mail: mail.id, err: error }, 'it could not be noted what became of a mail'))
        .finally(() => {
          underWay.delete(delivery)
          // There is room again. If the database cannot be asked now, whoever looks next will.
          begin().catch(() => {})
        })
      underWay.add(delivery)
    }
    return mails.length > 0
  }

  async function takeAll(): Promise<void> {
    try {
      while (isLookWanted && !isStopped) {
        isLookWanted = false
        if (await takeUp(CONCURRENCY - underWay.size)) isLookWanted = true
      }
    } finally {
      taking = undefined
    }
  }

  /** One look at a time; whoever comes while somebody is looking has them look once more. */
  async function begin(): Promise<void> {
    if (isStopped) return
    isLookWanted = true
    taking ??= takeAll()
    await taking
  }

  return {
    begin,
    async deliverDue() {
      await begin()
      while (taking !== undefined || underWay.size > 0) await Promise.allSettled([taking, ...underWay])
    },
    async stop(graceMs) {
      isStopped = true
      const grace = globalThis.setTimeout(() => aborting.abort(), graceMs)
      await Promise.allSettled([taking])
      await Promise.allSettled(underWay)
      clearTimeout(grace)
    },
  }
}

/** What looks like the token of a link: a server that does not like a mail may quote it. */
const SECRET_FORM = /[\w-]{40,}/g

/** What went wrong, for the log and the record: a line of text, as servers answer it, without secrets of the mail. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .replace(SECRET_FORM, '…')
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, ERROR_LIMIT)
}
