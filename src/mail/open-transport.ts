import type { Sender } from './mail-source.ts'
import { smtpOptions } from './smtp-options.ts'
import { captureTransport, type MailTransport } from './transport.ts'

/**
 * The transport that MAIL_URL names; without one mail is kept to be looked at.
 *
 * @param ownName what this server is called outside, the host of PUBLIC_URL: SMTP begins with it
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

/** The library that writes and sends mail takes memory that a server without mail does not owe it. */
function loadedForTheFirstMail(load: () => Promise<MailTransport>): MailTransport {
  let loaded: Promise<MailTransport> | undefined
  return {
    keepsMail: false,
    async send(mail, signal) {
      loaded ??= load()
      await (await loaded).send(mail, signal)
    },
  }
}
