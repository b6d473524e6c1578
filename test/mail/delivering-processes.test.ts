import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { captureTransport } from '../../src/mail/transport/transport.ts'
import { LEASE_MS } from '../../src/queue/queue.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { databases } from '../support/databases.ts'
import { aTransport, DAY, type DeliveryBench, startDeliveryBench } from '../support/delivery-bench.ts'

const MINUTE = 60_000

describe.each(databases)('processes that deliver mail on $name', (database) => {
  let at: DeliveryBench

  beforeEach(async () => {
    at = await startDeliveryBench(database)
  })
  afterEach(() => at.close())

  it('sends each email once, whichever of three processes sends it', async () => {
    const names = Array.from({ length: 30 }, (_, number) => `mail ${number}`)
    for (const name of names) await at.queue(name)
    const processes = [
      aTransport(() => setImmediate()),
      aTransport(() => setImmediate()),
      aTransport(() => setImmediate()),
    ]
    const deliveries = processes.map(({ transport }) => at.aDelivery(transport))
    await Promise.all(deliveries.map((delivery) => delivery.drain()))
    // Processes that found nothing left have stopped. The next one that looks takes what the others leave behind.
    await at.aDelivery(processes[0]?.transport ?? captureTransport).drain()
    expect(processes.flatMap(({ sent }) => sent).sort()).toEqual(names.sort())
  })

  it('sends what a process that died was sending, and only after its lease', async () => {
    await at.queue('lost')
    const begun = Promise.withResolvers<void>()
    const dying = aTransport(() => {
      begun.resolve()
      return new Promise(() => {})
    })
    const its = openDatabase(at.url)
    await at.aDelivery(dying.transport, { database: its }).begin()
    await begun.promise
    // It no longer renews its lease.
    await its.close()
    const next = aTransport()
    at.now += LEASE_MS - 1
    await at.aDelivery(next.transport).drain()
    expect(next.sent).toEqual([])
    at.now += 1
    await at.aDelivery(next.transport).drain()
    await at.aDelivery(next.transport).drain()
    expect(next.sent).toEqual(['lost'])
  })

  it('leaves an email to the process that is sending it, however long it takes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    await at.queue('long')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = aTransport(() => {
      begun.resolve()
      return ended.promise
    })
    const delivered = at.aDelivery(slow.transport).drain()
    await begun.promise
    const other = aTransport()
    for (let second = 0; second < 50; second += 10) {
      at.now += 10_000
      vi.advanceTimersByTime(10_000)
      const claimedUntil = async () =>
        (await at.database.read.selectFrom('mail_outbox').select('next_attempt_at').executeTakeFirstOrThrow())
          .next_attempt_at
      await expect.poll(claimedUntil).toBe(at.now + LEASE_MS)
      await at.aDelivery(other.transport).drain()
    }
    vi.useRealTimers()
    ended.resolve()
    await delivered
    expect([slow.sent, other.sent]).toEqual([['long'], []])
  })

  it('sends an email once, even if the clock jumps while it is being sent', async () => {
    await at.queue('under way')
    const ended = Promise.withResolvers<void>()
    const tried: string[] = []
    const { transport, sent } = aTransport(({ subject }) => {
      tried.push(subject)
      return ended.promise
    })
    const delivery = at.aDelivery(transport)
    await delivery.begin()
    await expect.poll(() => tried).toEqual(['under way'])
    at.now += MINUTE
    await at.queue('queued later')
    const drained = delivery.drain()
    await expect.poll(() => tried).toContain('queued later')
    ended.resolve()
    await drained
    expect(sent.toSorted()).toEqual(['queued later', 'under way'])
  })

  it('does not hold up anybody’s mail because one email takes long', async () => {
    await at.queue('slow')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const { transport, sent } = aTransport(({ subject }) => {
      if (subject !== 'slow') return
      begun.resolve()
      return ended.promise
    })
    const delivery = at.aDelivery(transport)
    await delivery.begin()
    await begun.promise
    const names = Array.from({ length: 9 }, (_, number) => `mail ${number}`)
    for (const name of names) await at.queue(name)
    await delivery.begin()
    await expect.poll(() => sent.toSorted()).toEqual(names)
    ended.resolve()
    await delivery.drain()
    expect(sent).toHaveLength(10)
  })

  it('does not send again what could not be recorded in the database', async () => {
    await at.queue('noted late')
    const flaky = openDatabase(at.url)
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
    await at.aDelivery(transport, { database: failing }).drain()
    at.now += DAY - 1
    await at.aDelivery(transport).drain()
    expect([sent, failures]).toEqual([['noted late'], -1])
    await flaky.close()
  })

  it('lets no process that seemed dead overwrite later results', async () => {
    await at.queue('slow')
    const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = aTransport(() => {
      begun.resolve()
      return ended.promise
    })
    const late = at.aDelivery(slow.transport).drain()
    await begun.promise
    at.now += 2 * MINUTE
    await at.aDelivery(aTransport().transport).drain()
    ended.reject(new Error('too late'))
    await late
    at.now += DAY
    const { transport, sent } = aTransport()
    await at.aDelivery(transport).drain()
    expect(sent).toEqual([])
  })

  it('releases what takes too long when it is stopped, for the next process to send', async () => {
    await at.queue('long')
    const begun = Promise.withResolvers<void>()
    const hanging = aTransport((_mail, signal) => {
      begun.resolve()
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    const delivery = at.aDelivery(hanging.transport)
    const delivered = delivery.drain()
    await begun.promise
    await delivery.stop(0)
    await delivered
    const { transport, sent } = aTransport()
    await at.aDelivery(transport).drain()
    expect(sent).toEqual(['long'])
  })

  it('claims nothing once it is stopped', async () => {
    await at.queue('late')
    const { transport, sent } = aTransport()
    const delivery = at.aDelivery(transport)
    await delivery.stop(0)
    await delivery.drain()
    expect(sent).toEqual([])
  })
})
