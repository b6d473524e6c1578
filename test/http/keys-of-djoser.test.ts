import { afterEach, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type AuthenticatorApp, addTotp } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, PASSWORD } from '../support/v1-client.ts'

const CREDENTIAL = 'shop:a-plain-secret-that-is-long-enough-0123456789'
const service = { authorization: `Basic ${Buffer.from(CREDENTIAL).toString('base64')}` }
let app: TestApp | undefined

async function start(database: TestDatabase, settings: Record<string, string> = {}): Promise<TestApp> {
  const shared = { DJOSER: 'true', SERVICE_CREDENTIALS: CREDENTIAL }
  app = await startTestApp({ database, settings: { ...shared, ...settings } })
  return app
}

afterEach(async () => {
  await app?.close()
  app = undefined
})

const keyLogin = (body: unknown) => sendJson(app?.url ?? '', 'POST', '/auth/token/login/', { body })
const withKey = (method: string, path: string, key: string, body?: unknown) =>
  sendJson(app?.url ?? '', method, `/api/v1${path}`, {
    headers: { authorization: `Token ${key}` },
    ...(body !== undefined && { body }),
  })
const ask = (path: string, token: string) =>
  sendJson(app?.url ?? '', 'POST', `/api/v1/${path}`, { body: { token }, headers: service })

async function newKey(username: string): Promise<string> {
  const { json } = await keyLogin({ username, password: PASSWORD })
  return (json as { auth_token: string }).auth_token
}

describe.each(databases)('keys on $name', (database) => {
  it('are accepted by v1 and by introspection, and can be revoked', async () => {
    const app = await start(database)
    await addAccount(app, 'ann')
    const key = await newKey('ann')
    expect((await withKey('GET', '/me', key)).json).toMatchObject({ username: 'ann' })
    expect((await withKey('GET', '/admin/users', key)).status).toBe(403)
    const told = (await ask('introspect', key)).json as Record<string, unknown>
    expect(told).toMatchObject({ active: true, token_use: 'access', token_type: 'Token', username: 'ann', user_id: 1 })
    expect(told.exp).toBeGreaterThan(Date.now() / 1_000)
    for (const none of ['0'.repeat(40), `${key}0`, key.toUpperCase()]) {
      expect((await ask('introspect', none)).json).toEqual({ active: false })
      expect((await withKey('GET', '/me', none)).status).toBe(401)
    }
    expect((await withKey('GET', '/me', `${key} ${key}`)).status).toBe(401)
    expect((await ask('revoke', key)).status).toBe(200)
    expect((await withKey('GET', '/me', key)).status).toBe(401)
    expect((await ask('introspect', key)).json).toEqual({ active: false })
  })

  it('are not credentials if no view issues them', async () => {
    const app = await start(database, { TOKEN_MODEL: 'none' })
    await addAccount(app, 'ann')
    expect((await keyLogin({ username: 'ann', password: PASSWORD })).status).toBe(404)
    expect((await withKey('GET', '/me', '0'.repeat(40))).status).toBe(401)
    const { json } = await sendJson(app?.url ?? '', 'GET', '/openapi.json', {})
    expect(JSON.stringify(json)).not.toContain('"key":[]')
  })

  it('need a recent login for the same operations as any session', async () => {
    const app = await start(database)
    await addAccount(app, 'ann')
    const key = await newKey('ann')
    app.clock.advance(20 * 60_000)
    const answer = await withKey('POST', '/me/factors', key, { factor: 'totp' })
    expect([answer.status, (answer.json as { code: string }).code]).toEqual([403, 'recent_login_required'])
  })

  it('are issued to accounts with a second factor once it is proven', async () => {
    const app = await start(database, { COMPATIBILITY: 'simplejwt' })
    await addAccount(app, 'ann')
    const phone: AuthenticatorApp = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const challenged = await keyLogin({ username: 'ann', password: PASSWORD })
    expect(challenged.status).toBe(401)
    const { challenge_token, ...challenge } = challenged.json as Record<string, unknown>
    expect(challenge).toMatchObject({ code: 'second_factor_required', factors: ['totp'], expires_in: 300 })
    const proof = { challenge_token, factor: 'totp', code: phone.code() }
    expect((await keyLogin({ ...proof, code: '000000' })).status).toBe(401)
    expect((await keyLogin({ challenge_token, factor: 'none' })).json).toEqual({
      factor: ['"none" is not a valid choice.'],
    })
    expect((await keyLogin({ challenge_token, factor: 'passkey', credential: { id: 7 } })).status).toBe(401)
    expect((await keyLogin({ challenge_token: [], factor: null })).status).toBe(400)
    const raced = await Promise.all(Array.from({ length: 16 }, () => keyLogin(proof)))
    const good = raced.filter(({ status }) => status === 200)
    expect(good).toHaveLength(1)
    expect(raced.every(({ status }) => status === 200 || status === 401)).toBe(true)
    const { auth_token = '' } = (good[0]?.json ?? {}) as { auth_token?: string }
    expect((await withKey('GET', '/me', auth_token)).json).toMatchObject({ username: 'ann' })
  })
})

describe('the OpenAPI document', () => {
  it.each([
    [{}, { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }],
    [{ AUTH_HEADER_TYPES: 'JWT' }, { type: 'http', scheme: 'JWT', bearerFormat: 'JWT' }],
    [{ AUTH_HEADER_NAME: 'X-Access' }, { type: 'apiKey', in: 'header', name: 'X-Access' }],
  ])('says how tokens and keys are sent: %j', async (settings, scheme) => {
    const [sqlite] = databases
    if (sqlite === undefined) throw new Error('there is no database')
    await start(sqlite, settings)
    const { json } = await sendJson(app?.url ?? '', 'GET', '/openapi.json', {})
    const { components, paths } = json as {
      components: { securitySchemes: Record<string, object> }
      paths: Record<string, Record<string, { security?: object[] }>>
    }
    expect(components.securitySchemes.bearer).toMatchObject(scheme)
    expect(components.securitySchemes.key).toMatchObject({ type: 'apiKey', in: 'header', name: 'Authorization' })
    for (const path of ['/auth/users/me/', '/api/change-password/', '/api/v1/me']) {
      const [operation] = Object.values(paths[path] ?? {})
      expect(operation?.security, path).toContainEqual({ key: [] })
    }
    expect(paths['/auth/users/']?.post?.security).toBeUndefined()
  })
})
