/** What stands in for a placeholder of a message; lengths and moments of time are put into the language's words. */
export type MessageValue =
  | string
  /** A length of time. */
  | { ms: number }
  /** A moment, in epoch milliseconds. */
  | { at: number }

/** What stands in for each placeholder, by its name. */
export type MessageValues = Readonly<Record<string, MessageValue>>

/** A link that a one-time token makes good. */
export type MailLink = {
  /** The path it leads to, under PUBLIC_URL. */
  page: string
  /** The secret, which stands in the link and nowhere else. */
  token: string
  /** What its own lines say besides. */
  values: MessageValues
}

/** One mail: which message it is, to whom it goes, and what it says. The text is made when it is sent. */
export type Mail = {
  /** Names the message, of the list in `flows/mail/mail-messages.ts`. */
  kind: string
  to: string
  /** Whom it is about: the mail goes with the account. */
  accountId: number | undefined
  values: MessageValues
  links: readonly MailLink[]
  /** Not worth sending from then on. */
  expiresAt: number
}
