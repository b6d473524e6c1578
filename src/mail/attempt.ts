import type { Clock } from '../platform/clock.ts'
import { messageOf } from '../platform/is-error.ts'
import type { Seal } from '../platform/seal.ts'
import type { AttemptResult } from '../queue/queue.ts'
import type { Compose } from './message/composer.ts'
import { secretsOf } from './outbox.ts'
import type { OutboxMail } from './outbox-store.ts'
import { type MailTransport, RefusedMailError, UnreachableMailServerError } from './transport/transport.ts'

/** How much of an error is stored. */
const ERROR_LIMIT = 300

type MailAttemptParts = { clock: Clock; seal: Seal; compose: Compose; transport: MailTransport }

/** Creates the text of an email and passes it to the transport. */
export function createMailAttempt({ clock, seal, compose, transport }: MailAttemptParts) {
  return async (mail: OutboxMail, signal: AbortSignal): Promise<AttemptResult> => {
    if (mail.expiresAt <= clock.now()) return { outcome: 'refused', reason: 'it could not be delivered in time' }
    try {
      const message = compose({
        locale: undefined,
        ...mail.facts,
        kind: mail.kind,
        to: mail.to,
        ...secretsOf(mail, seal),
      })
      await transport.send({ ...message, id: mail.id, to: mail.to, queuedAt: mail.queuedAt }, signal)
      return { outcome: 'done' }
    } catch (error) {
      const reason = reasonOf(error)
      if (error instanceof RefusedMailError) return { outcome: 'refused', reason }
      return { outcome: 'failed', reason, isDestinationDown: error instanceof UnreachableMailServerError }
    }
  }
}

/** Looks like the token of a link: a server that refuses an email may quote it. */
const SECRET_FORM = /[\w-]{40,}/g

/** What went wrong, for the log and the record: one line in the server's words, without secrets of the email. */
function reasonOf(error: unknown): string {
  const message = messageOf(error)
  return message
    .replace(SECRET_FORM, '…')
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, ERROR_LIMIT)
}
