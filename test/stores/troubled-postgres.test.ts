import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { whenDatabaseIsThere } from '../../src/storage/await-database.ts'
import { type Database, type DatabaseOptions, openDatabase } from '../../src/storage/database.ts'
import { DatabaseUnavailableError, MissingTablesError } from '../../src/storage/database-trouble.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { requireFitDatabase } from '../../src/storage/requirements.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { createTcpProxy } from '../support/tcp-proxy.ts'

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase

describe('PostgreSQL in trouble', () => {
  let place: Awaited<ReturnType<TestDatabase['create']>>
  let name: string
  let administrator: pg.Client

  beforeEach(async () => {
    place = await postgres.create()
    name = new URL(place.url).pathname.slice(1)
    administrator = new pg.Client({ connectionString: place.url })
    await administrator.connect()
    const migrated = openDatabase(place.url)
    await migrate(migrated, 0)
    await migrated.close()
  })
  afterEach(async () => {
    await administrator.end()
    await place.drop()
  })

  function open(url = place.url, options: DatabaseOptions = {}): Database {
    const database = openDatabase(url, {}, options)
    onTestFinished(() => database.close())
    return database
  }

  const read = (database: Database) => database.read.selectFrom('server_state').selectAll().execute()
  const write = (database: Database, name: string) =>
    database.inTransaction((tx) => tx.insertInto('server_state').values({ name, value: '1' }).execute())
  const rejections = async (asked: Promise<unknown>[]) =>
    (await Promise.allSettled(asked)).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome))

  it('says that a table is missing, whatever the statement', async () => {
    const database = open()
    const ofOne = ['select id from posts', 'update posts set title = title', 'delete from posts']
    const ofAll = [
      'select * from posts',
      "insert into posts (title) values ('t')",
      'lock table posts',
      'alter table posts add column more text',
      'create index more on posts (title)',
      'truncate posts',
    ]
    const prepared = ofOne.map((text) => sql`${sql.raw(text)} where id = ${1}`)
    const run = (statement: ReturnType<typeof sql>) => database.inTransaction((tx) => statement.execute(tx))
    for (const statement of prepared) await run(statement)
    await administrator.query('drop table posts cascade')
    for (const statement of [...prepared, ...ofAll.map((text) => sql.raw(text))]) {
      await expect(run(statement)).rejects.toBeInstanceOf(MissingTablesError)
    }
  })

  it('is not blamed for a statement that lacks a table, although PostgreSQL has the same code for both', async () => {
    for (const statement of ['select posts.id from accounts', 'select id from accounts for update of posts']) {
      const failure = await open()
        .inTransaction((tx) => sql.raw(statement).execute(tx))
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: '42P01' })
      expect(failure).not.toBeInstanceOf(DatabaseUnavailableError)
    }
  })

  it('gives up statements that wait for a lock, as many as there are connections, and continues afterwards', async () => {
    const database = open(place.url, { statementTimeoutMs: 200 })
    await administrator.query('begin; lock table server_state')
    const stuck = await rejections([...Array.from({ length: 10 }, () => read(database)), write(database, 'late')])
    for (const reason of stuck) expect(reason).toBeInstanceOf(DatabaseUnavailableError)
    // PostgreSQL itself has given them up as well.
    const { rows } = await administrator.query(
      "select count(*)::int as waiting from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
      [name],
    )
    expect(rows).toEqual([{ waiting: 0 }])
    await administrator.query('commit')
    expect(await read(database)).toEqual([])
  })

  it('disconnects from a frozen server, and connects again', async () => {
    const proxy = createTcpProxy(place.url, await freePort())
    await proxy.start()
    onTestFinished(() => proxy.stop())
    const database = open(proxy.url, { statementTimeoutMs: 100 })
    expect(await read(database)).toEqual([])
    proxy.freeze()
    const [reason] = await rejections([read(database)])
    expect(reason).toBeInstanceOf(DatabaseUnavailableError)
    expect(String(reason)).toContain('a statement took longer than 100 ms')
    await proxy.stop()
    await proxy.start()
    expect(await read(database)).toEqual([])
  })

  it('ends a transaction that takes too long, although each of its statements is quick', async () => {
    const database = open(place.url, { statementTimeoutMs: 150 })
    const unit = database.inTransaction(async (tx) => {
      for (;;) await sql`select pg_sleep(0.02)`.execute(tx)
    })
    await expect(unit).rejects.toThrow(DatabaseUnavailableError)
    expect(await read(database)).toEqual([])
  })

  it('gives a migration all the time it needs', async () => {
    const database = open(place.url, { statementTimeoutMs: 100 })
    await database.inLongTransaction((tx) => sql`select pg_sleep(0.4)`.execute(tx))
    await database.inLongTransaction(async (tx) => {
      for (let turn = 0; turn < 4; turn++) await sql`select pg_sleep(0.1)`.execute(tx)
    })
    await expect(database.inTransaction((tx) => sql`select pg_sleep(0.4)`.execute(tx))).rejects.toThrow(
      DatabaseUnavailableError,
    )
  })

  it('keeps no connection to a server that has become read-only', async () => {
    await administrator.query(`alter database ${name} set default_transaction_read_only = on`)
    const database = open()
    // All ten connections are used at once, so that all are open.
    await Promise.all(Array.from({ length: 10 }, () => sql`select pg_sleep(0.05)`.execute(database.read)))
    await expect(database.checkReady()).rejects.toThrow('read-only')
    await expect(write(database, 'a')).rejects.toThrow(DatabaseUnavailableError)
    await administrator.query(`alter database ${name} set default_transaction_read_only = off`)
    expect(await rejections(Array.from({ length: 10 }, (_, turn) => write(database, `after ${turn}`)))).toEqual(
      Array(10).fill(expect.objectContaining({ status: 'fulfilled' })),
    )
    await database.checkReady()
  })

  it('refuses to write outside of a transaction', async () => {
    const database = open()
    const insert = sql`insert into server_state (name, value) values ('a', 'b')`.execute(database.read)
    await expect(insert).rejects.toThrow('database.read cannot write')
    await expect(
      sql`with gone as (delete from server_state returning name) select * from gone`.execute(database.read),
    ).rejects.toThrow('database.read cannot write')
    expect(await read(database)).toEqual([])
  })

  it('is waited for while it starts, and not if its password is wrong', async () => {
    const proxy = createTcpProxy(place.url, await freePort())
    onTestFinished(() => proxy.stop())
    const database = open(proxy.url)
    const told: string[] = []
    const waiting = whenDatabaseIsThere(() => requireFitDatabase(database), {
      waitMs: 20_000,
      onWait: (reason) => {
        told.push(reason)
        void proxy.start()
      },
    })
    await waiting
    expect(told).toEqual([expect.stringContaining('ECONNREFUSED')])

    const wrong = new URL(place.url)
    wrong.password = 'wrong'
    const refused = open(wrong.href)
    const options = { waitMs: 20_000, onWait: (reason: string) => told.push(reason) }
    await expect(whenDatabaseIsThere(() => requireFitDatabase(refused), options)).rejects.toThrow('password')
    expect(told).toHaveLength(1)
  })
})

it('refuses a PostgreSQL database that cannot store every character', async () => {
  const administrator = new pg.Client({ connectionString: inject('postgresUrl') })
  await administrator.connect()
  await administrator.query("create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'")
  const url = new URL(inject('postgresUrl'))
  url.pathname = '/latin'
  const database = openDatabase(url.href)
  await expect(requireFitDatabase(database)).rejects.toThrow(/latin stores text as LATIN1.*encoding 'UTF8'/)
  await database.close()
  await administrator.query('drop database latin')
  await administrator.end()
})
