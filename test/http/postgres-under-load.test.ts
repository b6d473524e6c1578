import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type Load, startLoad } from '../support/load.ts'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

describe('a server under load while its PostgreSQL', () => {
  let server: PostgresServer
  let app: TestApp
  let load: Load

  beforeAll(async () => {
    server = await startPostgres({
      durable: true,
      fileLimitMib: 4,
      settings: ['max_connections=24', 'superuser_reserved_connections=3'],
    })
    await administer("create role latchkey login createdb password 'only-for-this-machine'")
    const own: TestDatabase = { name: 'PostgreSQL', create: () => ownDatabase(server) }
    app = await startTestApp({
      database: own,
      settings: { DATABASE_STATEMENT_TIMEOUT: '500ms', REFRESH_RETRY_WINDOW: '5m', SAMPLE_RESOURCES: 'false' },
    })
    load = await startLoad(app.url)
  })
  afterAll(async () => {
    await load?.stop()
    await app?.close()
    await server?.stop()
  })
  beforeEach(() => load.until('right', 10))
  afterEach(async () => {
    // The server recovers by itself, and nobody got a wrong answer in the meantime.
    await load.until('right', 25)
    expect(load.faults).toEqual([])
    await expect.poll(ready).toBe(200)
    load.counts()
    await load.until('right', 25)
    expect(load.counts().unavailable).toBe(0)
  })

  const ready = async () => (await sendJson(app.url, 'GET', '/readyz')).status

  async function connected(url = server.url): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async function administer(...statements: string[]): Promise<void> {
    const client = await connected()
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  async function ownDatabase(of: PostgresServer) {
    await administer('create database app owner latchkey')
    const url = new URL(of.url)
    url.username = 'latchkey'
    url.pathname = '/app'
    return { url: url.href, drop: async () => {} }
  }

  const cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'latchkey'"

  it('is stopped, and started again', async () => {
    await server.halt('fast')
    await load.until('unavailable', 10)
    expect(await ready()).toBe(503)
    await server.start()
  })

  it('crashes, and recovers', async () => {
    await server.halt('kill')
    await load.until('unavailable', 10)
    await server.start()
  })

  it('cuts its connections again and again', async () => {
    for (let round = 0; round < 6; round++) {
      await administer(cut)
      await load.until('right', 5)
    }
  })

  it('becomes a read-only copy, and is the primary again', async () => {
    await administer('alter role latchkey set default_transaction_read_only = on', cut)
    await load.until('unavailable', 10)
    await expect.poll(ready).toBe(503)
    await administer('alter role latchkey set default_transaction_read_only = off')
  })

  it('makes statements wait for a lock', async () => {
    const locker = await connected(app.databaseUrl)
    await locker.query('begin; lock table accounts, sessions, audit_events in access exclusive mode')
    await load.until('unavailable', 10)
    expect(await ready()).toBeOneOf([200, 503])
    await locker.query('rollback')
    await locker.end()
  })

  it('has no connection left for it', async () => {
    const others: pg.Client[] = []
    await administer('alter role latchkey connection limit 0', cut)
    await load.until('unavailable', 10)
    await expect.poll(ready).toBe(503)
    await administer('alter role latchkey connection limit -1')
    // All connections are taken, including those of the superuser.
    await administer(cut)
    for (;;) {
      const one = await connected().catch(() => undefined)
      if (one === undefined) break
      others.push(one)
    }
    expect(others.length).toBeGreaterThan(3)
    await pause(50)
    for (const one of others) await one.end()
  })

  it('has no space left for a table, and then gets some', async () => {
    const client = await connected(app.databaseUrl)
    const fill = (rows: number) =>
      client.query(
        `insert into audit_events (at, event, actor, address, user_agent, facts)
          select 0, 'test', 'server', '', '', '{}' from generate_series(1, ${rows})`,
      )
    const isFull = expect.objectContaining({ message: expect.stringContaining('could not') })
    for (const rows of [10_000, 500, 20, 1]) {
      let failure: unknown
      while (failure === undefined) await fill(rows).catch((error: unknown) => (failure = error))
      expect(failure).toEqual(isFull)
    }
    await load.until('unavailable', 10)
    expect((await sendJson(app.url, 'GET', '/healthz')).status).toBe(200)
    await client.query("delete from audit_events where event = 'test'")
    await client.query('vacuum audit_events')
    await client.end()
  })

  it('lets nobody into its database', async () => {
    await administer('alter database app with allow_connections false', cut)
    await load.until('unavailable', 10)
    await administer('alter database app with allow_connections true')
  })
})
