import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { planMigrations } from '../../src/storage/migration-plan.ts'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { keptDatabases } from './kept-databases.ts'
import { schemaOf } from './schema.ts'

const HOUR_MS = 3_600_000

describe.each(keptDatabases)('a database of $version on $name', (kept) => {
  const { alice, bob, carol, dave, erik, madeAt, password, secretKey, settings } = kept.facts
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({
      database: kept,
      settings: { ISSUER: 'https://kept.example', ...settings, SECRET_KEY: secretKey },
      startsAt: madeAt + 1_000,
    })
  })
  afterAll(() => app?.close())

  async function call(method: string, path: string, { body, token }: { body?: object; token?: string } = {}) {
    const response = await fetch(app.url + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: body ? JSON.stringify(body) : null,
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  it('accepts the access tokens of its sessions', async () => {
    const { status, body } = await call('GET', '/api/users/profile/', { token: alice.access })
    expect([status, body]).toEqual([200, expect.objectContaining({ id: alice.id, username: 'alice' })])
  })

  it('still knows what was blacklisted', async () => {
    const { status, body } = await call('POST', '/api/token/refresh/', { body: { refresh: bob.refresh } })
    expect([status, body.code]).toEqual([401, 'token_not_valid'])
  })

  it('still knows posts, groups and webhooks', async () => {
    const posts = await call('GET', '/api/posts/', { token: alice.access })
    expect(posts.body).toEqual([expect.objectContaining({ title: 'Kept', content: 'A post of Alice.' })])
    const login = await call('POST', '/api/token/', { body: { username: 'root', password } })
    const token = login.body.access
    const { body } = await call('GET', `/api/v1/admin/users/${alice.id}`, { token })
    expect(body).toMatchObject({ groups: [{ name: 'Editors' }], permissions: ['users.view'] })
    const hooks = await call('GET', '/api/v1/admin/webhooks', { token })
    expect(hooks.body.webhooks).toMatchObject([{ url: 'http://127.0.0.1:9/events', events: ['account.created'] }])
  })

  it.each(carol ? [carol] : [])('still asks for second factors, and accepts them', async ({ secret, recoveryCode }) => {
    const login = () => call('POST', '/api/v1/login', { body: { username: 'carol', password } })
    const prove = async (body: object) => {
      const { status, body: challenge } = await login()
      expect([status, challenge.code]).toEqual([401, 'second_factor_required'])
      const { challenge_token } = challenge
      return (await call('POST', '/api/v1/login/second-factor', { body: { challenge_token, ...body } })).status
    }
    // The code from the time of its set-up has been used.
    app.clock.advance(60_000)
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: app.clock.now() })
    expect(await prove({ factor: 'totp', code })).toBe(200)
    expect(await prove({ factor: 'recovery_code', code: recoveryCode })).toBe(200)
    expect(await prove({ factor: 'recovery_code', code: recoveryCode })).toBe(401)
  })

  it.each(dave ? [dave] : [])('accepts the keys of djoser', async ({ key }) => {
    const headers = { authorization: `Token ${key}` }
    expect(await (await fetch(`${app.url}/auth/users/me/`, { headers })).json()).toMatchObject({ username: 'dave' })
  })

  it.each(erik ? [erik] : [])(
    'accepts tokens of the server that was replaced, each refresh token once',
    async (had) => {
      const { status, body } = await call('GET', '/api/users/profile/', { token: had.access })
      expect([status, body.id]).toEqual([200, had.id])
      const next = await call('POST', '/api/token/refresh/', { body: { refresh: had.carriedOver } })
      expect(next.status).toBe(200)
      const replay = await call('POST', '/api/token/refresh/', { body: { refresh: had.refresh } })
      expect(replay.status).toBe(401)
    },
  )

  it('refreshes its sessions, and logs in with its passwords', async () => {
    const next = await call('POST', '/api/token/refresh/', { body: { refresh: alice.refresh } })
    expect([next.status, Object.keys(next.body).sort()]).toEqual([200, ['access', 'refresh']])
    const login = await call('POST', '/api/token/', { body: { username: 'alice', password } })
    expect(login.status).toBe(200)
    app.clock.advance(HOUR_MS)
    const later = await call('POST', '/api/token/refresh/', { body: { refresh: next.body.refresh } })
    expect(later.status).toBe(200)
  })

  it('notices a token that was used before the upgrade', async () => {
    const replay = await call('POST', '/api/token/refresh/', { body: { refresh: alice.spent } })
    expect(replay.status).toBe(401)
  })

  it('has, once migrated, the schema of a new database', async () => {
    const [old, fresh] = [await kept.create(), await sameKind(kept.name).create()]
    try {
      const { isNew, planned } = await planMigrations(old.url)
      expect([isNew, (await planMigrations(fresh.url)).isNew]).toEqual([false, true])
      const applied: string[][] = []
      for (const { url } of [old, fresh]) {
        const database = openDatabase(url)
        applied.push(await migrate(database, madeAt))
        await database.close()
      }
      expect(applied[0]).toEqual(planned)
      expect((await planMigrations(old.url)).planned).toEqual([])
      expect(await schemaOf(old.url)).toEqual(await schemaOf(fresh.url))
    } finally {
      await Promise.all([old.drop(), fresh.drop()])
    }
  })
})

function sameKind(name: string) {
  const found = databases.find((database) => database.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
