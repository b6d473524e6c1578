import type { Locale } from '../accounts/locale.ts'

/** The value of a placeholder in a message; durations and times are written in the message's language. */
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
  /** The path it leads to, below PUBLIC_URL; or, with `{token}` in it, the whole address. */
  page: string
  /** The secret, which appears only in the link. */
  token: string
  /** The values for its own lines. */
  values: MessageValues
}

/** One mail: which message, to whom, with which values. Its text is created when it is sent. */
export type Mail = {
  /** The name of the message, from the list in `flows/mail/mail-messages.ts`. */
  kind: string
  to: string
  /** The account it is about; if that is deleted, so is the mail. */
  accountId: number | undefined
  /** The language of its account, or of whoever else gets it; undefined: not chosen, and MAIL_LANGUAGE counts. */
  locale: Locale | undefined
  values: MessageValues
  links: readonly MailLink[]
  /** A secret that the message shows as `{code}`. Default: none. */
  code?: string
  /** Not worth sending after this. */
  expiresAt: number
}
