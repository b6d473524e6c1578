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
  /**
   * @throws RefusedMailError if this mail is refused for good
   * @throws UnreachableMailServerError if no mail can be handed in at present
   * @throws Error if this mail may be taken later
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>
}

/** Whoever takes the mail will not have this one, ever. */
export class RefusedMailError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RefusedMailError'
  }
}

/** Whoever takes the mail takes none at present: nobody answers, or it refuses who is asking. */
export class UnreachableMailServerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UnreachableMailServerError'
  }
}

/** Sends nothing: mail lies in the outbox, where the mailbox page shows it. */
export const captureTransport: MailTransport = { keepsMail: true, send: async () => {} }
