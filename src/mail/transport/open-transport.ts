import type { Sender } from './mail-source.ts'
import { smtpOptions } from './smtp-options.ts'
import { captureTransport, type MailTransport } from './transport.ts'

/**
 * The transport for MAIL_URL; without one, mail is kept for display.
 *
 * @param ownName the public name of this server, the host of PUBLIC_URL, for SMTP's EHLO
 */
export function openTransport(url: string | undefined, sender: Sender, ownName: string): MailTransport {
  if (url === undefined) return captureTransport
  if (url.startsWith('file:')) {
    const folder = url.slice('file:'.length)
    return loadedForTheFirstMail(async () => {
      const { createFileTransport } = await import('./file-transport.ts')
      return createFileTransport(folder, sender)
    })
  }
  const options = smtpOptions(url, ownName)
  return loadedForTheFirstMail(async () => {
    const { createSmtpTransport } = await import('./smtp-transport.ts')
    return createSmtpTransport(options, sender)
  })
}

/** Loaded only if needed, because the mail library uses memory that a server without mail does not need. */
function loadedForTheFirstMail(load: () => Promise<MailTransport>): MailTransport {
  let loaded: Promise<MailTransport> | undefined
  return {
    keepsMail: false,
    async send(mail, signal) {
      loaded ??= load()
      await (await loaded).send(mail, signal)
    },
    async check() {
      loaded ??= load()
      await (await loaded).check?.()
    },
  }
}
