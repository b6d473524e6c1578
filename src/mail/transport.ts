import type { Message } from './message.ts'

/** A mail on its way. */
export type OutgoingMail = Message & {
  /** The same at every attempt; becomes the `Message-ID`. */
  id: string
  to: string
  queuedAt: number
}

/** Hands mail in somewhere. */
export type MailTransport = {
  /** Whether mail that was handed in is kept, to be looked at in development. */
  keepsMail: boolean
  /** @throws RefusedMailError for good; any other error means that it may be tried again */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>
}

/** Whoever takes the mail will not have this one, ever. */
export class RefusedMailError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RefusedMailError'
  }
}

/** Sends nothing: mail lies in the outbox, where the mailbox page shows it. */
export const captureTransport: MailTransport = { keepsMail: true, send: async () => {} }
