import { isIP } from 'node:net'
import { type Static, type TObject, type TString, Type } from 'typebox'
import {
  type Declaration,
  integer,
  list,
  orNone,
  quoted,
  readLine,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
  text,
} from '../platform/setting.ts'
import { linkTo, linkUrl } from './link-url.ts'

/** Security notices that can be turned off one by one. */
export const noticeKinds = [
  'password-changed',
  'email-changed',
  'new-device',
  'sessions-ended',
  'factor-added',
  'factor-removed',
  'recovery-code-used',
] as const

export const mailSettings = settingGroup('Mail', {
  url: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'MAIL_URL',
      {
        default: 'none',
        isSecret: true,
        description:
          'The mail server: `smtp://user:password@host:port`, `smtps://…` for TLS from the first byte, or ' +
          '`file:DIR` for one file per message. With `none`, Latchkey sends no mail; with `DEBUG` it then shows ' +
          'mail at `/dev/mailbox`.',
      },
      (text) => readMailUrl(readLine(text)),
    ),
  ),
  from: sender('MAIL_FROM', {
    derivedDefault: '`no-reply@` and the host of `PUBLIC_URL`',
    description:
      'The sender of mail: an address, or a name with an address, such as `Example <no-reply@example.org>`. ' +
      'Messages call your service by that name, or by the host of `PUBLIC_URL`.',
  }),
  language: setting(
    Type.String({ minLength: 2 }),
    'MAIL_LANGUAGE',
    {
      default: 'en',
      description:
        'The language of mail to accounts that have not chosen one: `en`, `de`, or one that has a folder in `MAIL_TEMPLATES`.',
    },
    readLanguage,
  ),
  templates: orNone(
    text('MAIL_TEMPLATES', {
      default: 'none',
      description: "A folder with texts that replace Latchkey's own. See [Mail](mail.md).",
    }),
  ),
  securityNotices: list(
    'SECURITY_NOTICES',
    {
      default: noticeKinds.join(', '),
      description:
        'The changes to an account that its owner is notified of by email: any of `password-changed`, ' +
        '`email-changed`, `new-device`, `sessions-ended`, `factor-added`, `factor-removed` and `recovery-code-used`, or `none`.',
    },
    readNotice,
  ),
  passwordResetUrl: orNone(
    linkUrl('PASSWORD_RESET_URL', {
      default: 'none',
      description:
        'Your own page for a new password, which mailed links open. It sends the token to ' +
        '`/api/v1/password-reset/confirm`. Its origin must be that of `PUBLIC_URL` or in `ALLOWED_ORIGINS`. With ' +
        "`none`, the links open Latchkey's page. Example: `https://app.example.org/reset?token={token}`.",
    }),
  ),
  emailVerificationUrl: orNone(
    linkUrl('EMAIL_VERIFICATION_URL', {
      default: 'none',
      description: 'Like `PASSWORD_RESET_URL`, for the links that confirm an address.',
    }),
  ),
  emailChangeUrl: orNone(
    linkUrl('EMAIL_CHANGE_URL', {
      default: 'none',
      description: 'Like `PASSWORD_RESET_URL`, for the links that confirm a new address.',
    }),
  ),
  invitationUrl: orNone(
    linkUrl('INVITATION_URL', {
      default: 'none',
      description: 'Like `PASSWORD_RESET_URL`, for the links in invitations.',
    }),
  ),
  queueLimit: integer('MAIL_QUEUE_LIMIT', {
    default: '100000',
    minimum: 1,
    maximum: 10_000_000,
    description:
      'How many emails may wait in the outbox while they cannot be sent. Latchkey gives up the oldest ones beyond that. ' +
      'It also gives up an email when its link has expired, or after three days.',
  }),
})

export type MailSettings = Static<typeof mailSettings>

/** The origin of a link; an app's own scheme has an origin of its own, such as `myapp://account`. */
export function originOfLink(url: string): string {
  const { protocol, host } = new URL(linkTo(url, 'x'))
  return `${protocol}//${host}`
}

const cure = 'Write smtp://user:password@host:587, smtps://user:password@host:465 or file:DIR.'

/** The messages never repeat the URL: it may contain a password. */
function readMailUrl(text: string): string {
  if (text.startsWith('file:')) {
    const folder = text.slice('file:'.length)
    if (folder.trim() === '' || /^\/\/(?!\/)/.test(folder)) throw new SettingFault(`names no folder. ${cure}`)
    return text
  }
  const url = URL.parse(text)
  if (!/^smtps?:\/\//.test(text)) throw new SettingFault(`is not a mail URL that Latchkey supports. ${cure}`)
  if (url === null) {
    throw new SettingFault(`cannot be read as a URL: @ / : # and % in the password must be percent-encoded. ${cure}`)
  }
  if (url.hostname === '') throw new SettingFault(`names no host. ${cure}`)
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new SettingFault(`has text after the host and port. ${cure}`)
  }
  return text
}

/** The default sender of mail. An IP address cannot send mail. */
export function defaultSender(publicUrl: string): MailSettings['from'] {
  const { hostname } = new URL(publicUrl)
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[')
  return { name: '', address: `no-reply@${isAddress ? 'localhost' : hostname}` }
}

function sender(name: string, declaration: Declaration): Setting<TObject<{ name: TString; address: TString }>> {
  const schema = Type.Object({ name: Type.String(), address: Type.String({ minLength: 1 }) })
  return setting(
    schema,
    name,
    declaration,
    (text) => {
      const [, name = '', bracketed, bare] = /^(?:([^<>]*)<([^<>]+)>|([^<>]+))$/.exec(readLine(text)) ?? []
      const address = (bracketed ?? bare ?? '').trim()
      if (/^[-\w!#$%&'*+/=?^`{|}~.]{1,64}@[\w.-]{1,255}$/.test(address)) {
        return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
      }
      throw new SettingFault(
        'contains no email address. Write, for example, no-reply@example.org or Example <no-reply@example.org>.',
      )
    },
    ({ name, address }) => (name === '' ? address : `${name} <${address}>`),
  )
}

/** A language tag of the usual form (RFC 5646 §2.1), such as `de` or `pt-BR`. */
function readLanguage(text: string): string {
  const isTag = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(text)
  if (isTag) return Intl.getCanonicalLocales(text)[0] ?? text
  throw new SettingFault(`${quoted(text)} is not a language tag. Write, for example, en, de or pt-BR.`)
}

function readNotice(item: string): string {
  const found = noticeKinds.find((kind) => kind === item.toLowerCase())
  if (found !== undefined) return found
  throw new SettingFault(`${quoted(item)} is not a notice. Choose from ${noticeKinds.join(', ')}, or write none.`)
}
