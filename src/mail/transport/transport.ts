import type { Message } from '../message/message.ts'

/** An email that is about to be sent. */
export type OutgoingMail = Message & {
  /** The same for every attempt; becomes the `Message-ID`. */
  id: string
  to: string
  queuedAt: number
}

/** Passes mail on. */
export type MailTransport = {
  /** Whether sent mail is kept for display, in development. */
  keepsMail: boolean
  /**
   * @throws RefusedMailError if this email is permanently refused
   * @throws UnreachableMailServerError if no mail can be sent now
   * @throws Error if this email may be accepted later
   */
  send(mail: OutgoingMail, signal: AbortSignal): Promise<void>
  /** Connects and logs in without sending anything, if there is a server to connect to. @throws Error */
  check?(): Promise<void>
}

/** The server refuses this email permanently. */
export class RefusedMailError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'RefusedMailError'
  }
}

/** The server accepts no mail now: it does not respond, or it refuses the client. */
export class UnreachableMailServerError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'UnreachableMailServerError'
  }
}

/** Sends nothing: mail stays in the outbox, where the mailbox page shows it. */
export const captureTransport: MailTransport = { keepsMail: true, send: async () => {} }
