import type { Config } from '../config/config.ts'
import { RefusedMailError, UnreachableMailServerError } from '../mail/transport.ts'
import { escapeHtml } from '../platform/html.ts'
import { messageOf } from '../platform/is-error.ts'
import { type Random, randomId } from '../platform/random.ts'
import { buildTransport } from './mail.ts'
import { serviceName } from './parts.ts'

/**
 * Connects to the mail server and logs in, without sending anything. Does nothing if there is no mail server.
 *
 * @throws Error with its answer
 */
export async function checkMailServer(config: Config): Promise<void> {
  if (config.mail.url !== undefined) await buildTransport(config).check?.()
}

/** The result of a test email. `server_failed`: no mail can be sent at all. `recipient_failed`: this one cannot. */
export type TestMailOutcome =
  | { kind: 'sent'; from: string; id: string }
  | { kind: 'not_configured' }
  | { kind: 'server_failed' | 'recipient_failed'; reason: string }

/** How long the mail server may take. */
const DEADLINE_MS = 60_000

/**
 * Sends one email with these settings, bypassing the outbox, and returns the mail server's answer.
 *
 * @param now epoch milliseconds
 */
export async function sendTestMail(config: Config, random: Random, to: string, now: number): Promise<TestMailOutcome> {
  const { mail } = config
  if (mail.url === undefined) return { kind: 'not_configured' }
  const service = serviceName(config)
  const text = `This is a test email from ${service}. If you can read it, ${service} can send mail.`
  const id = randomId(random)
  const message = { subject: `Test email from ${service}`, text: `${text}\n`, html: `<p>${escapeHtml(text)}</p>\n` }
  try {
    await buildTransport(config).send({ ...message, id, to, queuedAt: now }, AbortSignal.timeout(DEADLINE_MS))
    return { kind: 'sent', from: mail.from.address, id }
  } catch (error) {
    const reason = messageOf(error)
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim()
    const isServer = error instanceof UnreachableMailServerError || !(error instanceof RefusedMailError)
    return { kind: isServer ? 'server_failed' : 'recipient_failed', reason }
  }
}
