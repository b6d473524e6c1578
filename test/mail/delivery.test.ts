import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOutbox } from '../../src/mail/outbox.ts'
import { listKeptMail, pruneMail } from '../../src/mail/outbox-store.ts'
import { createFileTransport } from '../../src/mail/transport/file-transport.ts'
import { captureTransport, type MailTransport, RefusedMailError } from '../../src/mail/transport/transport.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { databases } from '../support/databases.ts'
import { aSeal, aTransport, DAY, type DeliveryBench, START, startDeliveryBench } from '../support/delivery-bench.ts'
import { readMail } from '../support/received-mail.ts'

const MINUTE = 60_000
const sender = { name: '', address: 'no-reply@example.org' }

describe.each(databases)('the delivery of mail on $name', (database) => {
  let at: DeliveryBench

  beforeEach(async () => {
    at = await startDeliveryBench(database)
  })
  afterEach(() => at.close())

  it('sends nothing that was not committed', async () => {
    const { transport, sent } = aTransport()
    const outbox = createOutbox({ isOn: true, seal: aSeal(), random: systemRandom })
    const undone = at.database.inTransaction(async (tx) => {
      const mail = {
        kind: 'hello',
        to: 'a@b.test',
        accountId: undefined,
        locale: undefined,
        values: { name: 'a' },
        links: [],
      }
      await outbox.queue(tx, outbox.prepare({ ...mail, expiresAt: at.now + DAY }), at.now)
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    await at.aDelivery(transport).drain()
    expect(sent).toEqual([])
  })

  it('retries what failed, at growing intervals', async () => {
    await at.queue('hard')
    let failures = 0
    const { transport, sent } = aTransport(() => {
      if (failures < 3) {
        failures++
        throw new Error('421 come again')
      }
    })
    const delivery = at.aDelivery(transport)
    const attempts: number[] = []
    for (; sent.length === 0; at.now += 5_000) {
      const before = failures
      await delivery.drain()
      if (failures > before) attempts.push(at.now - START)
    }
    expect(attempts).toEqual([0, 15_000, 75_000])
    expect(at.now - START).toBe(375_000 + 5_000)
  })

  it('gives up what is permanently refused, and what was not delivered in time', async () => {
    const log: string[] = []
    await at.queue('refused')
    const refusing = aTransport(() => {
      throw new RefusedMailError('550 no such user')
    })
    await at.aDelivery(refusing.transport, { log }).drain()
    await at.queue('stale', { expiresAt: at.now + MINUTE })
    at.now += MINUTE
    const { transport, sent } = aTransport()
    await at.aDelivery(transport, { log }).drain()
    at.now += 3 * DAY
    await at.aDelivery(transport, { log }).drain()
    await setImmediate()
    expect(sent).toEqual([])
    expect(log.join('').match(/"mail given up"/g)).toHaveLength(2)
    expect(log.join('')).toContain('550 no such user')
  })

  it('forgets the content of an email once it is sent, and keeps its secrets encrypted until then', async () => {
    const link = { page: '/x', token: 'SECRET-OF-THE-LINK', values: {} }
    await at.queue('secret', { links: [link] })
    const stored = () => at.database.read.selectFrom('mail_outbox').selectAll().executeTakeFirstOrThrow()
    expect(JSON.stringify(await stored())).not.toContain(link.token)
    const texts: string[] = []
    const { transport } = aTransport(({ text }) => {
      texts.push(text)
    })
    await at.aDelivery(transport).drain()
    expect(texts[0]).toContain(`token=${link.token}`)
    expect(await stored()).toMatchObject({
      facts: '{}',
      sealed_tokens: null,
      delivered_at: at.now,
      next_attempt_at: null,
    })
  })

  it('waits for the right SECRET_KEY instead of sending links that do not work', async () => {
    await at.queue('secret', { links: [{ page: '/x', token: 'T', values: {} }] })
    const { transport, sent } = aTransport()
    await at.aDelivery(transport, { seal: aSeal('another secret than the one it was made with') }).drain()
    expect(sent).toEqual([])
    at.now += MINUTE
    await at.aDelivery(transport).drain()
    expect(sent).toEqual(['secret'])
  })

  it('keeps the mail for the development mailbox', async () => {
    await at.queue('kept', { links: [{ page: '/x', token: 'T', values: {} }] })
    await at.aDelivery(captureTransport).drain()
    expect(await listKeptMail(at.database.read, 10)).toMatchObject([{ facts: { values: { name: 'kept' } } }])
  })

  it('writes a file for each email, for its owner only, and the same one if it is sent again', async () => {
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
    await at.queue('filed', { links: [{ page: '/x', token: 'T'.repeat(43), values: {} }] })
    await at.aDelivery(crashing).drain()
    at.now += MINUTE
    await at.aDelivery(crashing).drain()
    const [name = '', ...others] = readdirSync(folder)
    expect(others).toEqual([])
    expect(name).toMatch(/^20300317T174640\.000Z-[0-9a-f]{32}\.eml$/)
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    const mail = readMail(readFileSync(join(folder, name), 'utf8'))
    expect(mail).toMatchObject({ subject: 'filed', token: 'T'.repeat(43) })
    expect(mail.source).not.toContain('\r')
    rmSync(join(folder, '..'), { recursive: true })
  })

  it('forgets old mail that is finished, in batches', async () => {
    for (const name of ['a', 'b', 'c']) await at.queue(name)
    await at.aDelivery(aTransport().transport).drain()
    await at.queue('waiting', { expiresAt: at.now + 100 * DAY })
    at.now += 31 * DAY
    const prune = () => at.database.inTransaction((tx) => pruneMail(tx, at.now - 30 * DAY, 2))
    expect([await prune(), await prune()]).toEqual([2, 1])
    const { transport, sent } = aTransport()
    await at.aDelivery(transport).drain()
    expect(sent).toEqual(['waiting'])
  })
})
