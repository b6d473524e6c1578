import type { Compose } from '../../mail/message/composer.ts'
import { secretsOf } from '../../mail/outbox.ts'
import { listKeptMail, type OutboxMail } from '../../mail/outbox-store.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Database } from '../../storage/database.ts'

/** An email as shown in the development mailbox. */
type MailboxEntry = {
  id: string
  kind: string
  from: string
  to: string
  subject: string
  text: string
  html: string
  /** The addresses of its links, in order. */
  links: string[]
  queuedAt: number
}

/** The mail that would have been sent, newest first. For development: it contains the secrets of all links. */
export type ReadMailbox = () => Promise<MailboxEntry[]>

/** How many emails are shown. */
const SHOWN = 100

type MailboxParts = {
  database: Database
  seal: Seal
  compose: Compose
  from: string
  /** Does all waiting work, so that an email appears as soon as the request that caused it is answered. */
  settle(): Promise<void>
}

export function createReadMailbox({ database, seal, compose, from, settle }: MailboxParts): ReadMailbox {
  /** Skips mail encrypted under a lost SECRET_KEY, so that the other mail is still shown. */
  function open(mail: OutboxMail): MailboxEntry[] {
    const { id, kind, to, queuedAt } = mail
    const sealed = attempt(() => secretsOf(mail, seal))
    if (sealed === undefined) return []
    const message = compose({ kind, to, locale: mail.facts.locale, values: mail.facts.values, ...sealed })
    const links = [...message.text.matchAll(/^https?:\S+$/gm)].map(([link]) => link)
    return [{ id, kind, from, to, queuedAt, ...message, links }]
  }

  return async () => {
    await settle()
    return (await listKeptMail(database.read, SHOWN)).flatMap(open)
  }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
