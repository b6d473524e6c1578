import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { libpqEnvironment } from '../../src/storage/postgres-connection.ts'
import { urlsOfHosts } from '../../src/storage/postgres-hosts.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { createTcpProxy } from '../support/tcp-proxy.ts'

const postgres = databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase

describe('a DATABASE_URL with several servers', () => {
  async function twoWays() {
    const place = await postgres.create()
    const [one, two] = [createTcpProxy(place.url, await freePort()), createTcpProxy(place.url, await freePort())]
    await two.start()
    const hosts = [one, two].map(({ url }) => new URL(url).host).join(',')
    const opened = openDatabase(place.url.replace(/@[^/]+/, `@${hosts}`))
    onTestFinished(async () => {
      await opened.close()
      await Promise.all([one.stop(), two.stop()])
      await place.drop()
    })
    const ask = () => opened.inTransaction((tx) => sql`select 1`.execute(tx))
    return { one, two, ask }
  }

  it('uses the one that answers, and the other one as soon as that goes away', async () => {
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

  it.each([
    ['postgres://a:b@one:1,two:2/app?x=y', ['postgres://a:b@one:1/app?x=y', 'postgres://a:b@two:2/app?x=y']],
    ['postgresql://[::1]:1,two/app', ['postgresql://[::1]:1/app', 'postgresql://two/app']],
    ['postgres://a:b,c@one/app,2', ['postgres://a:b,c@one/app,2']],
    ['postgres:///app?host=/run/postgresql', ['postgres:///app?host=/run/postgresql']],
  ])('is taken apart: %s', (url, urls) => {
    expect(urlsOfHosts(url)).toEqual(urls)
  })

  it('reaches the primary with the programs of PostgreSQL, too', () => {
    expect(libpqEnvironment('postgres://a:b@one:1,two/app')).toMatchObject({
      PGHOST: 'one,two',
      PGPORT: '1,5432',
      PGTARGETSESSIONATTRS: 'read-write',
      PGDATABASE: 'app',
    })
  })
})
