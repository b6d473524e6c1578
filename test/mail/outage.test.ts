import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UnreachableMailServerError } from '../../src/mail/transport/transport.ts'
import { databases } from '../support/databases.ts'
import { aTransport, type DeliveryBench, startDeliveryBench } from '../support/delivery-bench.ts'

const MINUTE = 60_000

describe.each(databases)('a mail server that is down, on $name', (database) => {
  let at: DeliveryBench
  let log: string[]
  beforeEach(async () => {
    at = await startDeliveryBench(database)
    log = []
  })
  afterEach(() => at.close())

  const lines = (about: string) =>
    log
      .join('')
      .split('\n')
      .filter((line) => line.includes(about)).length

  it('is tried with one email at a time, and logged once, until it is back', async () => {
    for (let nth = 0; nth < 40; nth++) await at.queue(`mail ${nth}`)
    let isDown = true
    let attempts = 0
    const { transport, sent } = aTransport(() => {
      attempts++
      if (isDown) throw new UnreachableMailServerError('connect ECONNREFUSED')
    })
    const queue = at.aDelivery(transport, { log })
    await queue.drain()
    const first = attempts
    expect(first).toBeLessThanOrEqual(4)
    for (let nth = 1; nth <= 5; nth++) {
      await queue.drain()
      at.now += 6 * MINUTE
      await queue.drain()
      expect(attempts).toBe(first + nth)
    }
    expect(lines('Mail cannot be sent')).toBe(1)
    expect(lines('"level":40')).toBe(1)
    isDown = false
    at.now += 6 * MINUTE
    await queue.drain()
    expect(sent).toHaveLength(40)
    expect(lines('Mail can be sent again')).toBe(1)
  })

  it('differs from a recipient whose server wants to be asked again later', async () => {
    for (const name of ['grey', 'a', 'b', 'c', 'd']) await at.queue(name)
    const { transport, sent } = aTransport(({ subject }) => {
      if (subject === 'grey') throw new Error('450 greylisted')
    })
    await at.aDelivery(transport, { log }).drain()
    expect(sent.toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(lines('"level":40')).toBe(0)
  })
})
