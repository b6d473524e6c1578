import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createDelivery, type Delivery, LOST_AFTER_MS } from '../../src/mail/delivery.ts'
import { createFileTransport } from '../../src/mail/file-transport.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { createOutbox } from '../../src/mail/outbox.ts'
import { listKeptMail, pruneMail } from '../../src/mail/outbox-store.ts'
import { captureTransport, type MailTransport, type OutgoingMail, RefusedMailError } from '../../src/mail/transport.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { createSeal } from '../../src/platform/seal.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { databases } from '../support/databases.ts'
import { readMail } from '../support/received-mail.ts'

const START = 1_900_000_000_000
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const sender = { name: '', address: 'no-reply@example.org' }

const aSeal = (secretKey = 'the secret of these very tests, and no other') =>
  createSeal({ secretKey, fallbacks: [], random: systemRandom })

/** A transport that remembers, and does to each mail what it is told. */
function aTransport(receive: (mail: OutgoingMail, signal: AbortSignal) => Promise<void> | void = () => {}) {
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

describe.each(databases)('the delivery of mail on $name', ({ create }) => {
  let place: { url: string; drop(): Promise<void> }
  let database: Database
  let now: number
  const opened: Database[] = []

  beforeEach(async () => {
    now = START
    place = await create()
    database = open()
    await migrate(database, now)
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close()
    await place.drop()
  })

  function open(): Database {
    const one = openDatabase(place.url)
    opened.push(one)
    return one
  }

  /** What a process has; each has its own connections. */
  function aDelivery(
    transport: MailTransport,
    facts: { seal?: ReturnType<typeof aSeal>; log?: string[]; database?: Database } = {},
  ): Delivery {
    return createDelivery({
      database: facts.database ?? open(),
      clock: { now: () => now },
      seal: facts.seal ?? aSeal(),
      compose: ({ values, links }) => {
        const text = links.map(({ token }) => `https://a.test/?token=${token}\n`).join('')
        return { subject: String(values.name), text, html: '<p></p>' }
      },
      transport,
      log: createLog('info', (lines) => facts.log?.push(lines)),
    })
  }

  async function queue(name: string, changes: Partial<Mail> = {}): Promise<void> {
    const outbox = createOutbox({ isOn: true, seal: aSeal(), random: systemRandom })
    const mail = outbox.prepare({
      kind: 'hello',
      to: 'alice@example.net',
      accountId: undefined,
      values: { name },
      links: [],
      expiresAt: now + DAY,
      ...changes,
    })
    await database.inTransaction((tx) => outbox.queue(tx, mail, now))
  }

  it('sends each mail once, whichever of three processes is at it', async () => {
    const names = Array.from({ length: 30 }, (_, number) => `mail ${number}`)
    for (const name of names) await queue(name)
    const processes = [
      aTransport(() => setImmediate()),
      aTransport(() => setImmediate()),
      aTransport(() => setImmediate()),
    ]
    const deliveries = processes.map(({ transport }) => aDelivery(transport))
    await Promise.all(deliveries.map((delivery) => delivery.deliverDue()))
    // Whoever found nothing left while others were at it has gone: what they left is taken up by the next who looks.
    await aDelivery(processes[0]?.transport ?? captureTransport).deliverDue()
    expect(processes.flatMap(({ sent }) => sent).sort()).toEqual(names.sort())
  })

  it('sends nothing that was not committed', async () => {
    const { transport, sent } = aTransport()
    const outbox = createOutbox({ isOn: true, seal: aSeal(), random: systemRandom })
    const undone = database.inTransaction(async (tx) => {
      const mail = { kind: 'hello', to: 'a@b.test', accountId: undefined, values: { name: 'a' }, links: [] }
      await outbox.queue(tx, outbox.prepare({ ...mail, expiresAt: now + DAY }), now)
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    await aDelivery(transport).deliverDue()
    expect(sent).toEqual([])
  })

  it('sends what a process left behind that died while it was at it, and only then', async () => {
    await queue('lost')
    const begun = Promise.withResolvers<void>()
    const dying = aTransport(() => {
      begun.resolve()
      return new Promise(() => {})
    })
    const its = openDatabase(place.url)
    await aDelivery(dying.transport, { database: its }).begin()
    await begun.promise
    // It says no more that it is at it.
    await its.close()
    const next = aTransport()
    now += LOST_AFTER_MS - 1
    await aDelivery(next.transport).deliverDue()
    expect(next.sent).toEqual([])
    now += 1
    await aDelivery(next.transport).deliverDue()
    await aDelivery(next.transport).deliverDue()
    expect(next.sent).toEqual(['lost'])
  })

  it('leaves a mail to the process that is at it, however long it takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await queue('long')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = aTransport(() => {
      begun.resolve()
      return ended.promise
    })
    const delivered = aDelivery(slow.transport).deliverDue()
    await begun.promise
    const other = aTransport()
    for (let second = 0; second < 50; second += 10) {
      now += 10_000
      vi.advanceTimersByTime(10_000)
      const claimedUntil = async () =>
        (await database.read.selectFrom('mail_outbox').select('next_attempt_at').executeTakeFirstOrThrow())
          .next_attempt_at
      await expect.poll(claimedUntil).toBe(now + LOST_AFTER_MS)
      await aDelivery(other.transport).deliverDue()
    }
    vi.useRealTimers()
    ended.resolve()
    await delivered
    expect([slow.sent, other.sent]).toEqual([['long'], []])
  })

  it('holds up nobody’s mail for one that takes long', async () => {
    await queue('slow')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { transport, sent } = aTransport(({ subject }) => {
      if (subject !== 'slow') return
      begun.resolve()
      return ended.promise
    })
    const delivery = aDelivery(transport)
    await delivery.begin()
    await begun.promise
    const names = Array.from({ length: 9 }, (_, number) => `mail ${number}`)
    for (const name of names) await queue(name)
    await delivery.begin()
    await expect.poll(() => sent.toSorted()).toEqual(names)
    ended.resolve()
    await delivery.deliverDue()
    expect(sent).toHaveLength(10)
  })

  it('does not send again what the database could not be told of', async () => {
    await queue('noted late')
    const flaky = openDatabase(place.url)
    let failures = 1
    const failing: Database = {
      ...flaky,
      inTransaction: async (unit) => {
        const isNote = sent.length === 1 && failures-- > 0
        if (isNote) throw new Error('the database is restarting')
        return flaky.inTransaction(unit)
      },
    }
    const { transport, sent } = aTransport()
    await aDelivery(transport, { database: failing }).deliverDue()
    now += DAY - 1
    await aDelivery(transport).deliverDue()
    expect([sent, failures]).toEqual([['noted late'], -1])
    await flaky.close()
  })

  it('lets no process that was thought dead undo what came after it', async () => {
    await queue('slow')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = aTransport(() => {
      begun.resolve()
      return ended.promise
    })
    const late = aDelivery(slow.transport).deliverDue()
    await begun.promise
    now += 2 * MINUTE
    await aDelivery(aTransport().transport).deliverDue()
    ended.reject(new Error('too late'))
    await late
    now += DAY
    const { transport, sent } = aTransport()
    await aDelivery(transport).deliverDue()
    expect(sent).toEqual([])
  })

  it('tries again what failed, later and later', async () => {
    await queue('hard')
    let failures = 0
    const { transport, sent } = aTransport(() => {
      if (failures < 3) {
        failures++
        throw new Error('421 come again')
      }
    })
    const delivery = aDelivery(transport)
    const attempts: number[] = []
    for (; sent.length === 0; now += 5_000) {
      const before = failures
      await delivery.deliverDue()
      if (failures > before) attempts.push(now - START)
    }
    expect(attempts).toEqual([0, 15_000, 75_000])
    expect(now - START).toBe(375_000 + 5_000)
  })

  it('gives up what is refused for good, and what was not delivered in time', async () => {
    const log: string[] = []
    await queue('refused')
    const refusing = aTransport(() => {
      throw new RefusedMailError('550 no such user')
    })
    await aDelivery(refusing.transport, { log }).deliverDue()
    await queue('stale', { expiresAt: now + MINUTE })
    now += MINUTE
    const { transport, sent } = aTransport()
    await aDelivery(transport, { log }).deliverDue()
    now += 3 * DAY
    await aDelivery(transport, { log }).deliverDue()
    await setImmediate()
    expect(sent).toEqual([])
    expect(log.join('').match(/"mail given up"/g)).toHaveLength(2)
    expect(log.join('')).toContain('550 no such user')
  })

  it('forgets what a mail said once it is sent, and keeps its secrets sealed until then', async () => {
    const link = { page: '/x', token: 'SECRET-OF-THE-LINK', values: {} }
    await queue('secret', { links: [link] })
    const stored = () => database.read.selectFrom('mail_outbox').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(await stored())).not.toContain(link.token)
    const texts: string[] = []
    const { transport } = aTransport(({ text }) => {
      texts.push(text)
    })
    await aDelivery(transport).deliverDue()
    expect(texts[0]).toContain(`token=${link.token}`)
    expect(await stored()).toMatchObject({ facts: '{}', sealed_tokens: null, delivered_at: now, next_attempt_at: null })
  })

  it('waits for the right SECRET_KEY rather than sending links that open nothing', async () => {
    await queue('secret', { links: [{ page: '/x', token: 'T', values: {} }] })
    const { transport, sent } = aTransport()
    await aDelivery(transport, { seal: aSeal('another secret than the one it was made with') }).deliverDue()
    expect(sent).toEqual([])
    now += MINUTE
    await aDelivery(transport).deliverDue()
    expect(sent).toEqual(['secret'])
  })

  it('lets go of what takes too long when it is stopped, for the next process to send', async () => {
    await queue('long')
    const begun = Promise.withResolvers<void>()
    const hanging = aTransport((_mail, signal) => {
      begun.resolve()
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const delivery = aDelivery(hanging.transport)
    const delivered = delivery.deliverDue()
    await begun.promise
    await delivery.stop(0)
    await delivered
    const { transport, sent } = aTransport()
    await aDelivery(transport).deliverDue()
    expect(sent).toEqual(['long'])
  })

  it('takes up nothing once it is stopped', async () => {
    await queue('late')
    const { transport, sent } = aTransport()
    const delivery = aDelivery(transport)
    await delivery.stop(0)
    await delivery.deliverDue()
    expect(sent).toEqual([])
  })

  it('keeps what is to be looked at in development', async () => {
    await queue('kept', { links: [{ page: '/x', token: 'T', values: {} }] })
    await aDelivery(captureTransport).deliverDue()
    expect(await listKeptMail(database.read, 10)).toMatchObject([{ facts: { values: { name: 'kept' } } }])
  })

  it('writes a file for each mail, for its owner only, and the same one if it is sent again', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'latchkey-mail-')), 'outgoing')
    const transport = createFileTransport(folder, sender)
    let isFirst = true
    const crashing: MailTransport = {
      keepsMail: false,
      async send(mail, signal) {
        await transport.send(mail, signal)
        if (isFirst) {
          isFirst = false
          throw new Error('the power failed after it was written')
        }
      },
    }
    await queue('filed', { links: [{ page: '/x', token: 'T'.repeat(43), values: {} }] })
    await aDelivery(crashing).deliverDue()
    now += MINUTE
    await aDelivery(crashing).deliverDue()
    const [name = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    expect(name).toMatch(/^20300317T174640\.000Z-[0-9a-f]{32}\.eml$/)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const mail = readMail(readFileSync(join(folder, name), 'utf8'))
    expect(mail).toMatchObject({ subject: 'filed', token: 'T'.repeat(43) })
    expect(mail.source).not.toContain('\r')
    rmSync(join(folder, '..'), { recursive: true })
  })

  it('forgets old mail that is done with, in batches', async () => {
    for (const name of ['a', 'b', 'c']) await queue(name)
    await aDelivery(aTransport().transport).deliverDue()
    await queue('waiting', { expiresAt: now + 100 * DAY })
    now += 31 * DAY
    const prune = () => database.inTransaction((tx) => pruneMail(tx, now - 30 * DAY, 2))
    expect([await prune(), await prune()]).toEqual([2, 1])
    const { transport, sent } = aTransport()
    await aDelivery(transport).deliverDue()
    expect(sent).toEqual(['waiting'])
  })
})
