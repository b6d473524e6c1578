import type { Command } from 'commander'
import type { TestMailOutcome } from '../../flows/mail/test-mail.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../refusal.ts'
import { answering } from '../terminal/answer.ts'
import { printable } from '../terminal/printable.ts'

/** `mail test`. */
export function addMail(program: Command, context: Context): void {
  const mail = program.command('mail').description('mail: send a test')
  answering(
    mail.command('test <address>').description('sends a test email at once, and says what the mail server answered'),
    context,
    async (address: string) => {
      const outcome = await context.sendTestMail(address)
      if (outcome.kind !== 'sent') throw new Refusal(refusalWords(outcome))
      const text = `The mail server accepted an email from ${outcome.from} to ${printable(address)}. Look for it there, and in the spam folder.\n`
      return { text, json: { sent: true, from: outcome.from, to: address, message_id: outcome.id } }
    },
  )
}

function refusalWords(outcome: Exclude<TestMailOutcome, { kind: 'sent' }>): string {
  switch (outcome.kind) {
    case 'not_configured':
      return 'MAIL_URL is not set, so no mail is sent. Set it, for example to smtp://user:password@mail.example.org:587.'
    case 'recipient_failed':
      return `The mail server refused this email: ${printable(outcome.reason)}. Try another address, or set another MAIL_FROM.`
    case 'server_failed':
      return (
        `The email could not be sent: ${printable(outcome.reason)}. Check host, port, user and password in MAIL_URL, ` +
        'whether this machine may connect there, and that the server accepts MAIL_FROM.'
      )
  }
}
