import type { SendMailOptions } from 'nodemailer'
import { type OutgoingMail, RefusedMailError } from './transport.ts'

/** The sender of mail: MAIL_FROM. */
export type Sender = { name: string; address: string }

const oneAddress = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/

/** The longest line that SMTP transports unchanged (RFC 5321 §4.5.3.1.6), without the line break. */
const LINE_LIMIT = 998

/**
 * The input of nodemailer for an email. The recipient is a single address, and automatic responders are asked not to
 * answer (RFC 3834).
 *
 * @throws RefusedMailError for a recipient that a mail program might read as several, or as something else
 */
export function mailSource(mail: OutgoingMail, sender: Sender): SendMailOptions {
  if (!oneAddress.test(mail.to)) throw new RefusedMailError('the recipient is not a single plain address')
  return {
    // A copy, because nodemailer modifies its input.
    from: { ...sender },
    to: { name: '', address: mail.to },
    envelope: { from: sender.address, to: [mail.to] },
    subject: mail.subject,
    date: new Date(mail.queuedAt),
    messageId: `<${mail.id}@${sender.address.slice(sender.address.lastIndexOf('@') + 1)}>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    alternatives: [part('text/plain', mail.text), part('text/html', mail.html)],
    textEncoding: 'quoted-printable',
  }
}

/** ASCII with short lines is not encoded, so that links stay in one piece: people copy them from the source. */
function part(type: string, content: string) {
  const contentType = `${type}; charset=utf-8`
  const isPlain = /^[\n\x20-\x7e]*$/.test(content) && content.split('\n').every(({ length }) => length <= LINE_LIMIT)
  if (!isPlain) return { contentType, content }
  const head = `Content-Type: ${contentType}\r\nContent-Transfer-Encoding: 7bit\r\n\r\n`
  return { contentType, raw: head + content.replaceAll('\n', '\r\n') }
}
