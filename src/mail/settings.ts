import { type Static, Type } from 'typebox'
import { orNone, readLine, SettingFault, setting, settingGroup } from '../platform/setting.ts'

export const mailSettings = settingGroup('Mail', {
  url: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'MAIL_URL',
      {
        default: 'none',
        isSecret: true,
        description:
          'Where mail is handed in: `smtp://user:password@host:port`, `smtps://…` for TLS from the first byte, or `file:DIR` ' +
          'for one file per message. With `none` nothing is sent; with `DEBUG` it is kept at `/dev/mailbox`.',
      },
      (text) => readMailUrl(readLine(text)),
    ),
  ),
})

export type MailSettings = Static<typeof mailSettings>

const cure = 'Write smtp://user:password@host:587, smtps://user:password@host:465 or file:DIR.'

/** Its messages never repeat the URL: it may hold a password. */
function readMailUrl(text: string): string {
  if (text.startsWith('file:')) {
    const folder = text.slice('file:'.length)
    if (folder.trim() === '' || /^\/\/(?!\/)/.test(folder)) throw new SettingFault(`names no folder. ${cure}`)
    return text
  }
  const url = URL.parse(text)
  if (!/^smtps?:\/\//.test(text)) throw new SettingFault(`is no way to send mail that is known here. ${cure}`)
  if (url === null) {
    throw new SettingFault(`cannot be read as a URL: @ / : # and % in the password must be percent-encoded. ${cure}`)
  }
  if (url.hostname === '') throw new SettingFault(`names no host. ${cure}`)
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new SettingFault(`goes on after the host and port. ${cure}`)
  }
  return text
}
