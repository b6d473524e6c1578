import { type MailTransport, RefusedMailError, UnreachableMailServerError } from '../../mail/transport/transport.ts'
import { escapeHtml } from '../../platform/html.ts'
import { messageOf } from '../../platform/is-error.ts'

/** The result of a test email. `server_failed`: no mail can be sent at all. `recipient_failed`: this one cannot. */
export type TestMailOutcome =
  | { kind: 'sent'; from: string; id: string }
  | { kind: 'not_configured' }
  | { kind: 'server_failed' | 'recipient_failed'; reason: string }

/** A test email. `from`: the sender of the settings. `service`: the name of this service. `now`: epoch milliseconds. */
type TestMail = { id: string; from: string; to: string; service: string; now: number }

/** How long the mail server may take. */
const DEADLINE_MS = 60_000

/** Sends one email, bypassing the outbox, and returns the mail server's answer. */
export async function sendTestMail(
  transport: MailTransport,
  { id, from, to, service, now }: TestMail,
): Promise<TestMailOutcome> {
  const text = `This is a test email from ${service}. If you can read it, ${service} can send mail.`
  const message = { subject: `Test email from ${service}`, text: `${text}\n`, html: `<p>${escapeHtml(text)}</p>\n` }
  try {
    await transport.send({ ...message, id, to, queuedAt: now }, AbortSignal.timeout(DEADLINE_MS))
    return { kind: 'sent', from, id }
  } catch (error) {
    const reason = messageOf(error)
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
    const isServer = error instanceof UnreachableMailServerError || !(error instanceof RefusedMailError)
    return { kind: isServer ? 'server_failed' : 'recipient_failed', reason }
  }
}
