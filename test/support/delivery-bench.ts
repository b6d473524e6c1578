import { createMailQueue } from '../../src/flows/mail/deliver-mail.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { createOutbox } from '../../src/mail/outbox.ts'
import type { MailTransport, OutgoingMail } from '../../src/mail/transport/transport.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createSeal, type Seal } from '../../src/platform/seal.ts'
import type { QueueWorker } from '../../src/queue/queue-worker.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { TestDatabase } from './databases.ts'

/** The start time of every bench, and a duration after which all mail is given up. */
export const START = 1_900_000_000_000
export const DAY = 86_400_000

export const aSeal = (secretKey = 'the secret of these very tests, and no other'): Seal =>
  createSeal({ secretKey, fallbacks: [], random: systemRandom })

/** A transport that remembers each email and does what the test says. */
export function aTransport(receive: (mail: OutgoingMail, signal: AbortSignal) => Promise<void> | void = () => {}) {
  const sent: string[] = []
  const transport: MailTransport = {
    keepsMail: false,
    async send(mail, signal) {
      await receive(mail, signal)
      sent.push(mail.subject)
    },
  }
  return { transport, sent }
}

/** An outbox on its own database, and any number of processes that deliver from it. */
export type DeliveryBench = {
  database: Database
  url: string
  /** The time of all processes, which tests set. */
  now: number
  /** A new process; it has its own connections unless some are passed. */
  aDelivery(transport: MailTransport, facts?: { seal?: Seal; log?: string[]; database?: Database }): QueueWorker
  /** Queues an email that expires after a day; its name becomes its subject. */
  queue(name: string, changes?: Partial<Mail>): Promise<void>
  close(): Promise<void>
}

export async function startDeliveryBench({ create }: TestDatabase): Promise<DeliveryBench> {
  const place = await create()
  const opened: Database[] = []
  const open = () => {
    const one = openDatabase(place.url)
    opened.push(one)
    return one
  }
  const database = open()
  await migrate(database, START)
  const outbox = createOutbox({ isOn: true, seal: aSeal(), random: systemRandom })

  const at: DeliveryBench = {
    database,
    url: place.url,
    now: START,
    aDelivery: (transport, facts = {}) =>
      createMailQueue({
        database: facts.database ?? open(),
        clock: { now: () => at.now },
        seal: facts.seal ?? aSeal(),
        compose: ({ values, links }) => {
          const text = links.map(({ token }) => `https://a.test/?token=${token}\n`).join('')
          return { subject: String(values.name), text, html: '<p></p>' }
        },
        transport,
        log: createLog('info', (lines) => facts.log?.push(lines)),
      }),
    async queue(name, changes = {}) {
      const mail = outbox.prepare({
        ...{
          kind: 'hello',
          to: 'alice@example.net',
          accountId: undefined,
          locale: undefined,
          values: { name },
          links: [],
        },
        expiresAt: at.now + DAY,
        ...changes,
      })
      await database.inTransaction((tx) => outbox.queue(tx, mail, at.now))
    },
    async close() {
      for (const one of opened) await one.close()
      await place.drop()
    },
  }
  return at
}
