import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { whenDatabaseIsThere } from '../../src/storage/await-database.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { libpqEnvironment } from '../../src/storage/postgres/connection.ts'
import { urlsOfHosts } from '../../src/storage/postgres/hosts.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { createTcpProxy } from '../support/tcp-proxy.ts'

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase

/** The process of PostgreSQL that serves the next transaction. */
async function backend(database: Database): Promise<number | undefined> {
  const { rows } = await database.inTransaction((tx) =>
    sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx),
  )
  return rows[0]?.pid
}

describe('a DATABASE_URL with several servers', () => {
  async function twoWays(credentials?: string) {
    const place = await postgres.create()
    const [one, two] = [createTcpProxy(place.url, await freePort()), createTcpProxy(place.url, await freePort())]
    await two.start()
    const hosts = [one, two].map(({ url }) => new URL(url).host).join(',')
    const opened = openDatabase(
      place.url.replace(/\/\/[^/]*@[^/]+/, (old) => `//${credentials ?? old.slice(2, old.indexOf('@'))}@${hosts}`),
    )
    onTestFinished(async () => {
      await opened.close()
      await Promise.all([one.stop(), two.stop()])
      await place.drop()
    })
    const ask = () => opened.inTransaction((tx) => sql`select 1`.execute(tx))
    return { one, two, ask, opened, place }
  }

  it('uses the one that answers, and switches to the other as soon as that fails', async () => {
    const { one, two, ask } = await twoWays()
    await Promise.all(Array.from({ length: 16 }, ask))
    await one.start()
    await two.stop()
    // The first statement may still find a connection that was cut.
    await ask().catch(() => {})
    await Promise.all(Array.from({ length: 16 }, ask))
    await one.stop()
    await ask().catch(() => {})
    await expect(Promise.all(Array.from({ length: 16 }, ask))).rejects.toMatchObject({
      name: 'DatabaseUnavailableError',
    })
    await two.start()
    await Promise.all(Array.from({ length: 16 }, ask))
  })

  it('refuses all servers that accept no changes', async () => {
    const place = await postgres.create()
    const { host } = new URL(place.url)
    const readOnly = `${place.url.replace(host, `${host},${host}`)}?options=-c%20default_transaction_read_only%3Don`
    const opened = openDatabase(readOnly)
    onTestFinished(async () => {
      await opened.close()
      await place.drop()
    })
    await expect(opened.inTransaction((tx) => sql`select 1`.execute(tx))).rejects.toThrow('read-only copy')
  })

  it('makes the server wait while none of them accepts changes', async () => {
    const place = await postgres.create()
    const { host, pathname } = new URL(place.url)
    const one = openDatabase(place.url)
    const both = openDatabase(place.url.replace(host, `${host},${host}`))
    onTestFinished(async () => {
      await Promise.all([one.close(), both.close()])
      await place.drop()
    })
    const set = (value: string) =>
      one.inTransaction((tx) =>
        sql.raw(`alter database ${pathname.slice(1)} set default_transaction_read_only = ${value}`).execute(tx),
      )
    await set('on')
    let promotion: Promise<unknown> | undefined
    await whenDatabaseIsThere(() => both.inTransaction((tx) => sql`create table t (id int)`.execute(tx)), {
      waitMs: 60_000,
      onWait: () => (promotion = set('off')),
    })
    expect(await promotion).toBeDefined()
  })

  it('keeps its connections if the server accepts no more of them', async () => {
    const role = `few_${randomUUID().replaceAll('-', '')}`
    const { one, ask, opened, place } = await twoWays(`${role}:secret`)
    const owner = openDatabase(place.url)
    const asOwner = (text: string) => owner.inTransaction((tx) => sql.raw(text).execute(tx))
    await asOwner(`create role ${role} login password 'secret' connection limit 2`)
    onTestFinished(async () => {
      await asOwner(`drop role ${role}`)
      await owner.close()
    })
    await one.start()
    const pid = await backend(opened)
    await Promise.allSettled(Array.from({ length: 16 }, ask))
    const { rows } = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(owner.read)
    expect(rows).toHaveLength(1)
    await ask()
  })

  it('does not leave the new primary because an old connection reports late that its server is read-only', async () => {
    const { one, opened } = await twoWays()
    await one.start()
    const turnsReadOnly = (meanwhile: () => Promise<unknown>) =>
      expect(
        opened.inTransaction(async (tx) => {
          await meanwhile()
          await sql`set transaction read only`.execute(tx)
          await sql`create table t (id int)`.execute(tx)
        }),
      ).rejects.toMatchObject({ name: 'DatabaseUnavailableError' })
    let pid: number | undefined
    await turnsReadOnly(async () => {
      await turnsReadOnly(async () => {})
      pid = await backend(opened)
    })
    expect(await backend(opened)).toBe(pid)
  })

  it.each([
    ['postgres://a:b@one:1,two:2/app?x=y', ['postgres://a:b@one:1/app?x=y', 'postgres://a:b@two:2/app?x=y']],
    ['postgresql://[::1]:1,two/app', ['postgresql://[::1]:1/app', 'postgresql://two/app']],
    ['postgres://a:b,c@one/app,2', ['postgres://a:b,c@one/app,2']],
    ['postgres:///app?host=/run/postgresql', ['postgres:///app?host=/run/postgresql']],
  ])('is taken apart: %s', (url, urls) => {
    expect(urlsOfHosts(url)).toEqual(urls)
  })

  it('leads the programs of PostgreSQL to the primary, too', () => {
    expect(libpqEnvironment('postgres://a:b@one:1,two/app')).toMatchObject({
      PGHOST: 'one,two',
      PGPORT: '1,5432',
      PGTARGETSESSIONATTRS: 'read-write',
      PGDATABASE: 'app',
    })
  })
})
