import { createTransport, type SMTPTransportOptions } from 'nodemailer'
import { isError } from '../../platform/is-error.ts'
import { mailSource, type Sender } from './mail-source.ts'
import { type MailTransport, RefusedMailError, UnreachableMailServerError } from './transport.ts'

/** Passes mail to an SMTP server, over one connection per mail. */
export function createSmtpTransport(options: SMTPTransportOptions, sender: Sender): MailTransport {
  const transporter = createTransport(options)
  return {
    keepsMail: false,
    async check() {
      await transporter.verify()
    },
    async send(mail, signal) {
      try {
        await transporter.sendMail({ ...mailSource(mail, sender), signal })
      } catch (error) {
        if (!isError(error) || error instanceof RefusedMailError || signal.aborted) throw error
        const { isAboutThisMail, status } = verdictOf(error)
        if (!isAboutThisMail) throw new UnreachableMailServerError(error.message, error)
        if (status >= 500) throw new RefusedMailError(error.message, error)
        throw error
      }
    },
  }
}

/**
 * Whether the server's answer is about this email: its recipient or its text (RFC 5321 §4.2.1). Any other error affects
 * every email: no connection, a refused password or sender (MAIL FROM), a closing service (421). Then the server is
 * down, or a setting is wrong and somebody will fix it.
 */
function verdictOf(error: Error): { isAboutThisMail: boolean; status: number } {
  const status = 'responseCode' in error ? Number(error.responseCode) : 0
  const code = 'code' in error ? error.code : undefined
  const isAnswer = (code === 'EENVELOPE' || code === 'EMESSAGE') && status >= 400
  const isAboutSender = 'command' in error && error.command === 'MAIL FROM'
  return { isAboutThisMail: isAnswer && !isAboutSender && !aboutServer.has(status), status }
}

/** The service is closing, or requires a login, TLS, or another kind of login (RFC 4954 §6). */
const aboutServer: ReadonlySet<number> = new Set([421, 454, 530, 534, 535, 538])
