import { createTransport, type SMTPTransportOptions } from 'nodemailer'
import { mailSource, type Sender } from './mail-source.ts'
import { type MailTransport, RefusedMailError, UnreachableMailServerError } from './transport.ts'

/** Hands mail to an SMTP server, over a connection for each. */
export function createSmtpTransport(options: SMTPTransportOptions, sender: Sender): MailTransport {
  const transporter = createTransport(options)
  return {
    keepsMail: false,
    async send(mail, signal) {
      try {
        await transporter.sendMail({ ...mailSource(mail, sender), signal })
      } catch (error) {
        if (!(error instanceof Error) || signal.aborted) throw error
        const { isAboutThisMail, status } = verdictOf(error)
        if (!isAboutThisMail) throw new UnreachableMailServerError(error.message, error)
        if (status >= 500) throw new RefusedMailError(error.message, error)
        throw error
      }
    },
  }
}

/**
 * Whether the server answered to this very mail: to its recipient or its text (RFC 5321 §4.2.1). Any other error, such as
 * no connection, a refused password or sender (MAIL FROM), or that the service is closing (421), would meet every mail: the
 * server is down, or a setting is wrong, which somebody will put right.
 */
function verdictOf(error: Error): { isAboutThisMail: boolean; status: number } {
  const status = 'responseCode' in error ? Number(error.responseCode) : 0
  const code = 'code' in error ? error.code : undefined
  const isAnswer = (code === 'EENVELOPE' || code === 'EMESSAGE') && status >= 400
  const isAboutSender = 'command' in error && error.command === 'MAIL FROM'
  return { isAboutThisMail: isAnswer && !isAboutSender && !aboutServer.has(status), status }
}

/** The service is closing; or one has to log in first, or with TLS, or otherwise than one did (RFC 4954 §6). */
const aboutServer: ReadonlySet<number> = new Set([421, 454, 530, 534, 535, 538])
