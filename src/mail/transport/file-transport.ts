import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { messageOf } from '../../platform/is-error.ts'
import { mailSource, type Sender } from './mail-source.ts'
import { type MailTransport, UnreachableMailServerError } from './transport.ts'

/**
 * Writes each email into its own file, `TIME-ID.eml`, readable only by its owner. The file appears completely or not at
 * all, and an email that is sent again replaces its own file.
 */
export function createFileTransport(folder: string, sender: Sender): MailTransport {
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' })
  return {
    keepsMail: false,
    async send(mail) {
      const { message } = await writer.sendMail(mailSource(mail, sender))
      const time = new Date(mail.queuedAt).toISOString().replaceAll(/[-:]/g, '')
      const path = join(folder, `${time}-${mail.id}.eml`)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writeFile(`${path}.part`, withTypedRecipient(message as Buffer, mail.to), { mode: 0o600 })
        await rename(`${path}.part`, path)
      } catch (error) {
        throw new UnreachableMailServerError(messageOf(error), error)
      }
    },
  }
}

/**
 * nodemailer writes the domain in lower case. People who read these files look for the address as the account has it.
 */
function withTypedRecipient(message: Buffer, to: string): Buffer {
  const head = message.indexOf('\n\n')
  const lines = message.subarray(0, head).toString('latin1').split('\n')
  const shown = lines.map((line) => (line.toLowerCase() === `to: ${to}`.toLowerCase() ? `To: ${to}` : line))
  return Buffer.concat([Buffer.from(shown.join('\n'), 'latin1'), message.subarray(head)])
}
