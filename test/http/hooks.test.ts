import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type HookMode, writeRecordingHooks } from '../support/recording-hooks.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const password = 'correct horse 9'
const newPassword = 'battery staple 7'

describe.each(databases)('hooks on $name', (database) => {
  let app: TestApp
  let names = 0
  const hooks = writeRecordingHooks()

  beforeAll(async () => {
    const settings = { CONFIG_MODULE: hooks.path, HOOK_TIMEOUT: '250ms' }
    app = await startTestApp({ database, settings })
  })
  afterAll(async () => {
    await app.close()
    hooks.remove()
  })
  beforeEach(() => hooks.set({}))

  const post = (path: string, body: object, token?: string) =>
    sendJson(app.url, 'POST', path, { body, ...(token !== undefined && { token }) })
  const { set } = hooks
  const called = () => hooks.calls.map(({ hook }) => hook)
  const aName = () => `kim${++names}`

  async function aUser() {
    const credentials = { username: aName(), password }
    await post('/api/v1/register', credentials)
    return credentials
  }

  async function logIn(credentials: object) {
    const answer = await post('/api/v1/login', credentials)
    return { answer, ...(answer.json as { access_token: string; refresh_token: string }) }
  }

  const refused = { status: 403, json: { code: 'house_rules', title: 'Not in this house.', status: 403 } }
  const unavailable = { status: 503, json: { code: 'unavailable' } }

  it('are called in order, see no secret, and cannot change what they see', async () => {
    const credentials = await aUser()
    const { access_token, refresh_token } = await logIn(credentials)
    await post('/api/v1/refresh', { refresh_token })
    const change = { old_password: password, new_password: newPassword }
    expect((await post('/api/v1/me/password', change, access_token)).status).toBe(204)
    expect(called()).toEqual([
      'beforeRegistration',
      'afterRegistration',
      'beforeLogin',
      'beforeToken',
      'afterLogin',
      'beforeToken',
      'beforePasswordChange',
    ])
    const shown = JSON.stringify(hooks.calls)
    const secrets = [password, newPassword, access_token, refresh_token, '$argon2']
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
    const { json } = await logIn({ ...credentials, password: newPassword }).then(({ access_token: token }) =>
      sendJson(app.url, 'GET', '/api/v1/me', { token }),
    )
    expect(json).toMatchObject({ username: credentials.username })
  })

  it('are called by the classic contract too', async () => {
    const credentials = { username: aName(), password }
    await post('/api/users/', credentials)
    const { json } = await post('/api/login/', credentials)
    await post('/api/token/refresh/', { refresh: (json as { refresh: string }).refresh })
    expect(called()).toEqual([
      'beforeRegistration',
      'afterRegistration',
      'beforeLogin',
      'beforeToken',
      'afterLogin',
      'beforeToken',
    ])
    expect(hooks.calls[5]?.event).toMatchObject({ by: 'refresh', session: { amr: ['pwd'] } })
  })

  it('are not called for a login that fails, so they reveal nothing', async () => {
    const { username } = await aUser()
    set({ beforeLogin: 'refuse' })
    expect((await logIn({ username, password: 'wrong horse 9' })).answer.status).toBe(401)
    expect((await logIn({ username: 'nobody', password })).answer.status).toBe(401)
    expect(called()).toEqual([])
  })

  it('refuse a registration, which leaves nothing behind', async () => {
    const credentials = { username: aName(), password }
    set({ beforeRegistration: 'refuse' })
    expect(await post('/api/v1/register', credentials)).toMatchObject(refused)
    expect(await post('/api/users/', credentials)).toMatchObject({
      status: 403,
      json: { detail: 'Not in this house.' },
    })
    set({ beforeRegistration: 'refuse field' })
    expect(await post('/api/v1/register', credentials)).toMatchObject({
      status: 400,
      json: {
        code: 'invalid_fields',
        errors: [{ field: 'username', fault: 'house_rules', message: 'Not in this house.' }],
      },
    })
    const classic = await post('/api/users/', credentials)
    expect([classic.status, classic.json]).toEqual([400, { username: ['Not in this house.'] }])
    set({})
    expect((await post('/api/v1/register', credentials)).status).toBe(201)
  })

  it.each(['beforeLogin', 'beforeToken'])('refuse a login as %s, which starts no session', async (hook) => {
    const credentials = await aUser()
    set({ [hook]: 'refuse' })
    expect((await logIn(credentials)).answer).toMatchObject(refused)
    expect(await post('/api/login/', credentials)).toMatchObject({
      status: 403,
      json: { detail: 'Not in this house.' },
    })
    expect(called()).not.toContain('afterLogin')
    set({})
    const { access_token: token } = await logIn(credentials)
    const { json } = await sendJson(app.url, 'GET', '/api/v1/me/sessions', { token })
    expect((json as { sessions: unknown[] }).sessions).toHaveLength(1)
    const events = await sendJson(app.url, 'GET', '/api/v1/me/events?event=login.failed', { token })
    expect(events.json).toMatchObject({ events: [{ facts: { reason: 'refused_by_hook' } }, {}] })
  })

  it('refuse a password change, so the password stays', async () => {
    const credentials = await aUser()
    const { access_token } = await logIn(credentials)
    set({ beforePasswordChange: 'refuse' })
    const body = { old_password: password, new_password: newPassword }
    expect(await post('/api/v1/me/password', body, access_token)).toMatchObject(refused)
    expect((await post('/api/change-password/', body, access_token)).json).toEqual({ detail: 'Not in this house.' })
    expect((await logIn(credentials)).answer.status).toBe(200)
  })

  it.each<HookMode>(['refuse', 'throw', 'hang'])('that %s at a refresh use up nothing', async (mode) => {
    const { refresh_token } = await logIn(await aUser())
    set({ beforeToken: mode })
    expect(await post('/api/v1/refresh', { refresh_token })).toMatchObject(mode === 'refuse' ? refused : unavailable)
    app.clock.advance(60_000)
    set({})
    expect((await post('/api/v1/refresh', { refresh_token })).status).toBe(200)
  })

  it.each(['beforeRegistration', 'beforeLogin', 'beforeToken', 'beforePasswordChange'])(
    'that fail as %s refuse, with 503',
    async (hook) => {
      const credentials = await aUser()
      const { access_token } = await logIn(credentials)
      const asked: Record<string, () => Promise<JsonAnswer>> = {
        beforeRegistration: () => post('/api/v1/register', { username: aName(), password }),
        beforePasswordChange: () =>
          post('/api/v1/me/password', { old_password: password, new_password: newPassword }, access_token),
      }
      for (const mode of ['throw', 'hang'] as const) {
        set({ [hook]: mode })
        const ask = asked[hook] ?? (() => post('/api/v1/login', credentials))
        expect(await ask()).toMatchObject(unavailable)
      }
      set({ [hook]: 'throw' })
      expect((await post('/api/users/', { username: aName(), password })).status).toBe(
        hook === 'beforeRegistration' ? 503 : 201,
      )
    },
  )

  it.each<HookMode>(['throw', 'hang', 'refuse'])('change nothing afterwards if they %s', async (mode) => {
    set({ afterRegistration: mode, afterLogin: mode })
    const credentials = { username: aName(), password }
    expect((await post('/api/v1/register', credentials)).status).toBe(201)
    expect((await logIn(credentials)).answer.status).toBe(200)
  })

  it('put claims into access tokens, none of Latchkey’s own, and into no refresh token', async () => {
    const credentials = await aUser()
    set({ beforeToken: 'claims' })
    const first = await logIn(credentials)
    const { json } = await post('/api/v1/refresh', { refresh_token: first.refresh_token })
    const second = json as typeof first
    for (const { access_token, refresh_token } of [first, second]) {
      const claims = decodeJwt(access_token)
      expect(claims).toMatchObject({ tenant: 'blue', token_type: 'access' })
      expect([claims.sub, claims.user_id]).not.toContainEqual(expect.stringMatching('999'))
      expect(claims.exp).toBeGreaterThan(1)
      expect(claims.jti).not.toBe('x')
      expect(decodeJwt(refresh_token)).not.toHaveProperty('tenant')
      expect((await sendJson(app.url, 'GET', '/api/v1/me', { token: access_token })).status).toBe(200)
    }
    set({})
    const third = await post('/api/v1/refresh', { refresh_token: second.refresh_token })
    expect(decodeJwt((third.json as typeof first).access_token)).not.toHaveProperty('tenant')
  })
})

it('a server with a faulty module does not start', async () => {
  const [database] = databases
  if (database === undefined) throw new Error('there is no database')
  const starting = startTestApp({ database, settings: { CONFIG_MODULE: '/nowhere/latchkey.config.ts' } })
  await expect(starting).rejects.toThrow('/nowhere/latchkey.config.ts cannot be loaded')
})
