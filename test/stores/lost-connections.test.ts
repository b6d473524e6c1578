import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import type { Transaction } from '../../src/storage/prepared.ts'
import { databases, type TestDatabase } from '../support/databases.ts'

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase

/**
 * What a restart of PostgreSQL, a fail-over or an administrator does to connections that are in use. Where nobody listened
 * to such a connection, the process would end, and with it this test run.
 */
describe('a connection to PostgreSQL that is cut', () => {
  let place: Awaited<ReturnType<TestDatabase['create']>>
  let database: Database
  let administrator: pg.Client

  beforeAll(async () => {
    place = await postgres.create()
    database = openDatabase(place.url)
    administrator = new pg.Client({ connectionString: inject('postgresUrl') })
    await administrator.connect()
    await database.inTransaction((tx) => sql`create table facts (name text primary key)`.execute(tx))
  })
  afterAll(async () => {
    await database.close()
    await administrator.end()
    await place.drop()
  })

  const put = (tx: Transaction, name: string) => sql`insert into facts values (${name})`.execute(tx)

  async function cut(tx: Transaction): Promise<void> {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    const pid = rows[0]?.pid
    await administrator.query('select pg_terminate_backend($1)', [pid])
    const isThere = async () =>
      (await administrator.query('select 1 from pg_stat_activity where pid = $1', [pid])).rowCount
    await expect.poll(isThere, { interval: 5 }).toBe(0)
  }

  it('in the middle of a transaction rolls back only that transaction', async () => {
    const unit = database.inTransaction(async (tx) => {
      await put(tx, 'lost')
      await cut(tx)
      // The transaction waits for something else while the news arrives.
      await sql`select 1`.execute(database.read)
      await put(tx, 'lost too')
    })
    const other = database.inTransaction((tx) => put(tx, 'kept'))
    await expect(unit).rejects.toThrow(/terminat|not queryable|closed/i)
    await other
    const { rows } = await sql<{ name: string }>`select name from facts`.execute(database.read)
    expect(rows).toEqual([{ name: 'kept' }])
  })

  it('before its commit makes that commit fail, and is never used again', async () => {
    for (let round = 0; round < 12; round++) await expect(database.inTransaction(cut)).rejects.toThrow()
    await expect(database.inTransaction((tx) => put(tx, 'later'))).resolves.toBeDefined()
  })
})
