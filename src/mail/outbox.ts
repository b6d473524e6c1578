import { type Random, randomId } from '../platform/random.ts'
import type { Seal } from '../platform/seal.ts'
import type { Transaction } from '../storage/prepared.ts'
import type { Mail, MailLink } from './mail.ts'
import { type MailFacts, type OutboxMail, placeOfMail, queueMail } from './outbox-store.ts'

/** An email that is ready for the outbox. */
export type PreparedMail = Omit<OutboxMail, 'attempts' | 'queuedAt'>

/** Flows put mail here, and workers take it from here. */
export type Outbox = {
  /** False: there is no mail server, so no mail is created. */
  isOn: boolean
  /** Encrypts the secrets of an email. Call it before the transaction that queues it. */
  prepare(mail: Mail): PreparedMail
  /**
   * Queues an email in the transaction of the change it reports; it is sent only if that is committed. Call `wake()`
   * afterwards.
   */
  queue(tx: Transaction, mail: PreparedMail, now: number): Promise<void>
  /**
   * Reports a committed transaction that may have queued or requested mail.
   *
   * @param delayMs how long the email may wait. Default 0
   */
  wake(delayMs?: number): void
  /** Registers a listener. */
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
    prepare({ links, values, locale, code, ...mail }) {
      const id = randomId(random)
      const secrets = [...links.map(({ token }) => token), ...(code === undefined ? [] : [code])]
      return {
        ...mail,
        id,
        facts: { locale, values, links: links.map(({ page, values }) => ({ page, values })) },
        sealedTokens: secrets.length === 0 ? undefined : seal.seal(JSON.stringify(secrets), placeOfMail(id)),
      }
    },
    queue: (tx, mail, now) => queueMail(tx, { ...mail, queuedAt: now }),
  }
}

/** Decrypts the secrets of an email, to write its links and its code. @throws Error if SECRET_KEY has changed */
export function secretsOf(
  { id, facts, sealedTokens }: OutboxMail,
  seal: Seal,
): { links: MailLink[]; code: string | undefined } {
  const secrets: string[] = sealedTokens === undefined ? [] : JSON.parse(seal.open(sealedTokens, placeOfMail(id)).plain)
  const links = facts.links.map((link: MailFacts['links'][number], index) => ({ ...link, token: secrets[index] ?? '' }))
  return { links, code: secrets[links.length] }
}
