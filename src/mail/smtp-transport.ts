import { createTransport, type SMTPTransportOptions } from 'nodemailer'
import { mailSource, type Sender } from './mail-source.ts'
import { type MailTransport, RefusedMailError } from './transport.ts'

/** Hands mail to an SMTP server, over a connection for each. */
export function createSmtpTransport(options: SMTPTransportOptions, sender: Sender): MailTransport {
  const transporter = createTransport(options)
  return {
    keepsMail: false,
    async send(mail, signal) {
      try {
        await transporter.sendMail({ ...mailSource(mail, sender), signal })
      } catch (error) {
        if (isForGood(error)) throw new RefusedMailError(error.message, error)
        throw error
      }
    },
  }
}

/**
 * Whether the server refused this very mail with a 5xx answer (RFC 5321 §4.2.1). A 5xx answer to anything else, such as
 * the password or the sender, is a fault of the settings, which somebody will put right: mail waits for it.
 */
function isForGood(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false
  const isAboutThisMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  const isAboutSender = 'command' in error && error.command === 'MAIL FROM'
  const status = Number(error.responseCode)
  return isAboutThisMail && !isAboutSender && status >= 500 && !aboutLogins.has(status)
}

/** That one has to log in first, or with TLS or otherwise than one did (RFC 4954 §6). */
const aboutLogins: ReadonlySet<number> = new Set([530, 534, 535, 538])
