import type { Locale } from '../accounts/locale.ts'

/** The value of a placeholder in a message. Durations and times are formatted in the message's language. */
export type MessageValue =
  | string
  /** A duration. */
  | { ms: number }
  /** A time, in epoch milliseconds. */
  | { at: number }

/** The value of each placeholder, by name. */
export type MessageValues = Readonly<Record<string, MessageValue>>

/** A link with a one-time token. */
export type MailLink = {
  /** Its path below PUBLIC_URL; or, with `{token}` in it, the complete address. */
  page: string
  /** The secret, which appears only in the link. */
  token: string
  /** The values for its own lines. */
  values: MessageValues
}

/** One email: its message, its recipient and its values. Its text is written when it is sent. */
export type Mail = {
  /** The name of the message, from the list in `flows/mail/mail-messages.ts`. */
  kind: string
  to: string
  /** The account that it is about; if that is deleted, the email is deleted too. */
  accountId: number | undefined
  /** The language of its account, or of another recipient; undefined: not chosen, so MAIL_LANGUAGE applies. */
  locale: Locale | undefined
  values: MessageValues
  links: readonly MailLink[]
  /** A secret that the message shows as `{code}`. Default: none. */
  code?: string
  /** After this time, the email is not worth sending. */
  expiresAt: number
}
