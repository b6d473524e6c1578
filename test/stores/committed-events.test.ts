import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordEvent } from '../../src/audit/audit-store.ts'
import { watchingEvents } from '../../src/audit/committed-events.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { Transaction } from '../../src/storage/prepared.ts'
import { databases, type TestDatabase } from '../support/databases.ts'

const NOW = Date.UTC(2026, 0, 1)
const origin = { actor: 'server', address: '', userAgent: '' } as const

const record = (tx: Transaction, accountId: number) =>
  recordEvent(tx, NOW, 'login.failed', { accountId, reason: 'wrong_password', origin })

describe.each(databases)('events that are committed, on $name', (kind) => {
  let place: Awaited<ReturnType<TestDatabase['create']>>
  let opened: Database
  let database: Database
  let told: unknown[]

  beforeEach(async () => {
    place = await kind.create()
    opened = openDatabase(place.url)
    await migrate(opened, NOW)
    told = []
    database = watchingEvents(opened, {
      awaited: async () => {},
      committed(one) {
        if (one.event === 'login.failed') told.push([one.event, one.fields.accountId])
      },
    })
  })
  afterEach(async () => {
    await opened.close()
    await place.drop()
  })

  it('are reported when they are committed, in their order, and not before', async () => {
    const value = await database.inTransaction(async (tx) => {
      await record(tx, 1)
      await record(tx, 2)
      return told.length
    })
    expect([value, told]).toEqual([
      0,
      [
        ['login.failed', 1],
        ['login.failed', 2],
      ],
    ])
  })

  it('are not reported for a transaction that is rolled back, whatever shared its commit', async () => {
    const units = Array.from({ length: 16 }, (_, nth) =>
      database.inTransaction(async (tx) => {
        await record(tx, nth)
        if (nth % 2 === 0) throw new Error('undone')
      }),
    )
    const outcomes = await Promise.allSettled(units)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(8)
    const ids = told.map((one) => (one as [string, number])[1])
    expect(ids.toSorted((a, b) => a - b)).toEqual([1, 3, 5, 7, 9, 11, 13, 15])
  })

  it('are reported once for a transaction that had to be retried', async () => {
    let attempts = 0
    const retrying: Database = {
      ...opened,
      inTransaction: async (unit) => {
        await opened.inTransaction(unit)
        return opened.inTransaction(unit)
      },
    }
    await watchingEvents(retrying, { awaited: async () => {}, committed: () => told.push('told') }).inTransaction(
      async (tx) => {
        attempts++
        await record(tx, 1)
      },
    )
    expect([attempts, told]).toEqual([2, ['told']])
  })

  it('are recorded even if nobody listens', async () => {
    await opened.inTransaction((tx) => record(tx, 1))
    expect(told).toEqual([])
  })
})

describe.each(databases)('trouble with $name', (kind) => {
  it('is reported: statements that fail, and a database that is not there; but not taken names', async () => {
    const place = await kind.create()
    const failures: unknown[] = []
    const database = openDatabase(place.url, { connectionLost: () => {}, failed: (error) => failures.push(error) })
    await migrate(database, NOW)
    const insert = (tx: Transaction) => tx.insertInto('server_state').values({ name: 'a', value: 'b' }).execute()
    await database.inTransaction(insert)
    await expect(database.inTransaction(insert)).rejects.toThrow()
    expect(failures).toEqual([])
    await database.inTransaction((tx) => tx.schema.dropTable('posts').execute())
    const read = () => database.read.selectFrom('posts').selectAll().execute()
    await expect(read()).rejects.toThrow()
    await expect(database.inTransaction((tx) => tx.deleteFrom('posts').execute())).rejects.toThrow()
    expect(failures).toHaveLength(2)
    await database.close()
    await place.drop()
  })
})
