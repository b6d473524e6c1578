import { type Random, randomId } from '../platform/random.ts'
import type { Seal } from '../platform/seal.ts'
import type { Queryable } from '../storage/prepared.ts'
import type { Mail, MailLink } from './mail.ts'
import { type MailFacts, type OutboxMail, queueMail } from './outbox-store.ts'

/** A mail that is ready for the outbox. */
export type PreparedMail = Omit<OutboxMail, 'attempts' | 'queuedAt'>

/** Where flows put mail, and whence it is delivered. */
export type Outbox = {
  /** False: there is nowhere to send mail, so none is made. */
  isOn: boolean
  /** Seals the secrets of a mail. To be done before the transaction that queues it. */
  prepare(mail: Mail): PreparedMail
  /**
   * Queues a mail in the transaction of the change it tells of; it is sent if that is committed, and only then. To be
   * followed by `wake()`.
   */
  queue(tx: Queryable, mail: PreparedMail, now: number): Promise<void>
  /**
   * Says that a transaction was committed which may have queued mail, or have asked for some.
   *
   * @param delayMs how long it may lie. Default 0
   */
  wake(delayMs?: number): void
  /** Who is told. */
  onWake(listener: (delayMs: number) => void): void
}

export function createOutbox({ isOn, seal, random }: { isOn: boolean; seal: Seal; random: Random }): Outbox {
  let tell: (delayMs: number) => void = () => {}
  return {
    isOn,
    wake: (delayMs = 0) => tell(delayMs),
    onWake(listener) {
      tell = listener
    },
    prepare({ links, values, ...mail }) {
      const id = randomId(random)
      const tokens = JSON.stringify(links.map(({ token }) => token))
      return {
        ...mail,
        id,
        facts: { values, links: links.map(({ page, values }) => ({ page, values })) },
        sealedTokens: links.length === 0 ? undefined : seal.seal(tokens, placeOf(id)),
      }
    },
    queue: (tx, mail, now) => queueMail(tx, { ...mail, queuedAt: now }),
  }
}

/** Opens the secrets of a mail again, to write its links. @throws Error if SECRET_KEY is another one by now */
export function linksOf({ id, facts, sealedTokens }: OutboxMail, seal: Seal): MailLink[] {
  const tokens: string[] = sealedTokens === undefined ? [] : JSON.parse(seal.open(sealedTokens, placeOf(id)).plain)
  return facts.links.map((link: MailFacts['links'][number], index) => ({ ...link, token: tokens[index] ?? '' }))
}

function placeOf(id: string): string {
  return `mail_outbox:${id}`
}
