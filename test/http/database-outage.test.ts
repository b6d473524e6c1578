import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonOptions, sendJson } from '../support/http-client.ts'
import { credentials, type SignedInApp, startSignedInApp } from './signed-in-app.ts'

type Table = 'accounts' | 'passwords' | 'sessions' | 'audit_events' | 'posts' | 'server_state'

/** Moves a table to where the server does not find it, while `during` runs. */
async function without<T>({ app: { database } }: SignedInApp, table: Table, during: () => Promise<T>): Promise<T> {
  const rename = (from: string, to: string) =>
    database.inTransaction((tx) => tx.schema.alterTable(from).renameTo(to).execute())
  await rename(table, 'gone')
  try {
    return await during()
  } finally {
    await rename('gone', table)
  }
}

/** Clients may try again: once an operator has restored the table, nothing else is wrong. */
const isFailure = { status: 503, headers: expect.objectContaining({ 'retry-after': expect.anything() }) }

describe.each(databases)('while $name fails', (database) => {
  let app: SignedInApp

  beforeAll(async () => {
    app = await startSignedInApp({ REFRESH_RETRY_WINDOW: '0s' }, database)
  })
  afterAll(() => app.close())

  const post = (path: string, options: JsonOptions) => sendJson(app.url, 'POST', path, options)

  it('no logout is reported as a success, and the session ends afterwards (CVE-2020-15223)', async () => {
    const { json } = await post('/api/login/', { body: credentials })
    const { access: token, refresh } = json as { access: string; refresh: string }
    for (const table of ['sessions', 'audit_events', 'accounts'] as const) {
      await without(app, table, async () => {
        expect(await post('/api/logout/', { token, body: { refresh } })).toMatchObject(isFailure)
        expect(await post('/api/token/blacklist/', { body: { refresh } })).toMatchObject(isFailure)
      })
    }
    expect(await post('/api/token/verify/', { body: { token: refresh } })).toMatchObject({ status: 200 })
    expect(await post('/api/logout/', { token, body: { refresh } })).toMatchObject({ status: 205 })
    expect(await post('/api/token/refresh/', { body: { refresh } })).toMatchObject({ status: 401 })
  })

  it('a refresh uses up nothing', async () => {
    const { json } = await post('/api/login/', { body: credentials })
    const { refresh } = json as { refresh: string }
    for (const table of ['sessions', 'accounts'] as const) {
      await without(app, table, async () => {
        expect(await post('/api/token/refresh/', { body: { refresh } })).toMatchObject(isFailure)
      })
    }
    expect(await post('/api/token/refresh/', { body: { refresh } })).toMatchObject({ status: 200 })
    expect(await post('/api/token/refresh/', { body: { refresh } })).toMatchObject({ status: 401 })
  })

  it.each(['accounts', 'passwords', 'sessions', 'audit_events'] as const)(
    'nobody logs in without %s',
    async (table) => {
      await without(app, table, async () => {
        for (const password of [credentials.password, 'another']) {
          const answer = await post('/api/login/', { body: { ...credentials, password } })
          expect(answer).toMatchObject(isFailure)
        }
      })
      expect(await post('/api/login/', { body: credentials })).toMatchObject({ status: 200 })
    },
  )

  it('nobody is half registered, and nobody is logged in', async () => {
    const body = { username: 'half', password: 'correct horse 9' }
    for (const table of ['passwords', 'audit_events'] as const) {
      expect(await without(app, table, () => post('/api/users/', { body }))).toMatchObject(isFailure)
    }
    expect(await post('/api/users/', { body })).toMatchObject({ status: 201 })
    const profile = () => sendJson(app.url, 'GET', '/api/users/profile/', { token: app.access })
    for (const table of ['accounts', 'sessions'] as const) {
      expect(await without(app, table, profile)).toMatchObject(isFailure)
    }
    expect(await profile()).toMatchObject({ status: 200 })
  })

  it('no password is half changed', async () => {
    const { username } = credentials
    const body = { old_password: credentials.password, new_password: 'another horse 10' }
    const change = () => post('/api/change-password/', { token: app.access, body })
    expect(await without(app, 'audit_events', change)).toMatchObject(isFailure)
    const login = async (password: string) => (await post('/api/login/', { body: { username, password } })).status
    expect([await login(body.new_password), await login(body.old_password)]).toEqual([401, 200])
  })

  it('the server is alive but not ready', async () => {
    const [alive, ready] = await without(app, 'server_state', () =>
      Promise.all(['/healthz', '/readyz'].map((path) => sendJson(app.url, 'GET', path))),
    )
    expect(alive).toMatchObject({ status: 200 })
    expect(ready).toMatchObject({ status: 503, json: { status: 'unavailable' } })
    expect(await sendJson(app.url, 'GET', '/readyz')).toMatchObject({ status: 200, json: { status: 'ok' } })
  })
})

describe('while PostgreSQL lets nobody in', () => {
  const postgres = databases.filter(({ name }) => name === 'PostgreSQL')

  it.each(postgres)(
    'all requests fail with a proper error, and work once it accepts connections again',
    async (database) => {
      const app = await startSignedInApp({}, database)
      const administrator = new pg.Client({ connectionString: inject('postgresUrl') })
      await administrator.connect()
      const name = new URL(app.databaseUrl).pathname.slice(1)
      const cut = () =>
        administrator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])

      const profile = () => sendJson(app.url, 'GET', '/api/users/profile/', { token: app.access })
      const logout = () => sendJson(app.url, 'POST', '/api/token/blacklist/', { body: { refresh: app.refresh } })
      const ready = () => sendJson(app.url, 'GET', '/readyz')

      await administrator.query(`alter database ${name} with allow_connections false`)
      await cut()
      await expect.poll(ready).toMatchObject({ status: 503, json: { status: 'unavailable' } })
      expect(await profile()).toMatchObject({
        status: 503,
        headers: { 'retry-after': ['5'] },
        json: { detail: 'The service is temporarily unavailable.' },
      })
      expect(await logout()).toMatchObject({ status: 503 })
      expect(await sendJson(app.url, 'POST', '/api/login/', { body: credentials })).toMatchObject({ status: 503 })
      expect(await sendJson(app.url, 'GET', '/api/v1/me', { token: app.access })).toMatchObject({
        status: 503,
        json: { code: 'unavailable' },
      })
      expect(await sendJson(app.url, 'GET', '/healthz')).toMatchObject({ status: 200 })

      await administrator.query(`alter database ${name} with allow_connections true`)
      expect(await ready()).toMatchObject({ status: 200 })
      expect(await profile()).toMatchObject({ status: 200 })

      // Cut connections alone repair themselves. A request that used one at that moment gets an error and is never told a lie.
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all([profile(), profile(), cut(), logout(), profile(), logout()])
        const statuses = answers.flatMap((answer) => ('status' in answer ? [answer.status] : []))
        // 401: the session had ended.
        for (const status of statuses) expect(status).toBeOneOf([200, 401, 503])
        await expect.poll(ready).toMatchObject({ status: 200 })
        if (statuses[2] === 200 || statuses[4] === 200) expect(await profile()).toMatchObject({ status: 401 })
      }
      await administrator.end()
      await app.close()
    },
  )
})
