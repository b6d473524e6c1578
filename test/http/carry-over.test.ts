import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn, PASSWORD, refresh, rotated, type V1Tokens } from '../support/v1-client.ts'

const OLD_SECRET = 'the-secret-key-of-the-django-project-0123456789'
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
const CARRY_OVER = { CARRY_OVER_SECRET: OLD_SECRET, CARRY_OVER_UNTIL: TOMORROW }
const DAY = 86_400

async function anApp(database: TestDatabase, settings: Record<string, string> = CARRY_OVER): Promise<TestApp> {
  const app = await startTestApp({ database, settings })
  onTestFinished(() => app.close())
  return app
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as SimpleJWT creates it. */
function old(
  app: TestApp,
  type: string,
  id: number | string,
  claims: object = {},
  secret = OLD_SECRET,
  bits = 256,
): string {
  const iat = Math.floor(app.clock.now() / 1_000) - 60
  const body = { token_type: type, exp: iat + DAY, iat, jti: `old-${type}`, user_id: id, ...claims }
  const input = `${encoded({ alg: `HS${bits}`, typ: 'JWT' })}.${encoded(body)}`
  return `${input}.${createHmac(`sha${bits}`, secret).update(input).digest('base64url')}`
}

const profile = ({ url }: TestApp, token: string) => sendJson(url, 'GET', '/api/users/profile/', { token })
const classicRefresh = ({ url }: TestApp, token: string) =>
  sendJson(url, 'POST', '/api/token/refresh/', { body: { refresh: token } })

describe.each(databases)('a token of the server that Latchkey replaced, on $name', (database) => {
  it.each([
    ['the usual contract', {}],
    ['COMPATIBILITY=simplejwt', { COMPATIBILITY: 'simplejwt' }],
  ])('is honoured under %s: access tokens until they expire, refresh tokens once', async (_, settings) => {
    const app = await anApp(database, { ...CARRY_OVER, ...settings })
    const { id } = await addAccount(app, 'ann')
    const access = old(app, 'access', id)
    expect((await profile(app, access)).json).toMatchObject({ id, username: 'ann' })
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token: access })).status).toBe(200)
    expect((await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: access } })).status).toBe(200)
    const answers = await Promise.all(Array.from({ length: 16 }, () => classicRefresh(app, old(app, 'refresh', id))))
    const pairs = answers.filter(({ status }) => status === 200).map(({ json }) => json as { refresh: string })
    expect(new Set(pairs.map((pair) => pair.refresh)).size).toBe(1)
    // Within the retry window, everybody gets the same token. Without a window, nobody else gets anything.
    expect(pairs.length).toBe('COMPATIBILITY' in settings ? 1 : 16)
    app.clock.advance(11_000)
    expect((await classicRefresh(app, old(app, 'refresh', id, { iat: 1 }))).status).toBe(401)
  })

  it('is honoured if it was signed with HS384 or HS512, and only under the algorithm that it names', async () => {
    const app = await anApp(database)
    const { id } = await addAccount(app, 'ann')
    for (const bits of [384, 512]) {
      const access = old(app, 'access', id, {}, OLD_SECRET, bits)
      expect((await profile(app, access)).status).toBe(200)
      const pair = await classicRefresh(app, old(app, 'refresh', id, { jti: `refresh-${bits}` }, OLD_SECRET, bits))
      expect(pair.status).toBe(200)
      const [, payload, signature] = access.split('.')
      const renamed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${payload}.${signature}`
      expect((await profile(app, renamed)).status).toBe(401)
    }
  })

  it('is honoured if it is a sliding token: until it expires, and once as a refresh token', async () => {
    const app = await anApp(database)
    const { id } = await addAccount(app, 'ann')
    const seconds = Math.floor(app.clock.now() / 1_000)
    const sliding = (jti: string, claims: object = {}) =>
      old(app, 'sliding', id, { jti, exp: seconds + 300, refresh_exp: seconds + DAY, ...claims })
    expect((await profile(app, sliding('one'))).status).toBe(200)
    const answers = await Promise.all(Array.from({ length: 16 }, () => classicRefresh(app, sliding('one'))))
    const pairs = answers.map(({ status, json }) => ({ status, ...(json as { access: string; refresh: string }) }))
    expect(new Set(pairs.map(({ status, refresh: token }) => `${status} ${token}`)).size).toBe(1)
    expect(JSON.parse(Buffer.from(pairs[0]?.access.split('.')[1] ?? '', 'base64url').toString())).not.toHaveProperty(
      'refresh_exp',
    )
    expect((await classicRefresh(app, sliding('two', { refresh_exp: seconds - 1 }))).status).toBe(401)
    expect((await classicRefresh(app, sliding('three', { exp: seconds - 1 }))).status).toBe(401)
    expect((await profile(app, sliding('three', { exp: seconds - 1 }))).status).toBe(401)
    // Logging out ends it at once, not only when it expires.
    const out = await sendJson(app.url, 'POST', '/api/v1/logout', { body: { refresh_token: sliding('four') } })
    expect([out.status, (await profile(app, sliding('four'))).status]).toEqual([204, 401])
    expect((await classicRefresh(app, sliding('four'))).status).toBe(401)
    const simple = await anApp(database, { ...CARRY_OVER, COMPATIBILITY: 'simplejwt', SECRET_KEY: OLD_SECRET })
    await addAccount(simple, 'ann')
    expect((await profile(simple, sliding('five'))).status).toBe(200)
    expect((await classicRefresh(simple, sliding('five'))).status).toBe(200)
  })

  it('is honoured after its expiry for as long as LEEWAY says, as in SimpleJWT', async () => {
    const app = await anApp(database, { ...CARRY_OVER, LEEWAY: '30s' })
    const { id } = await addAccount(app, 'ann')
    const seconds = Math.floor(app.clock.now() / 1_000)
    for (const [ago, status] of [
      [20, 200],
      [40, 401],
    ]) {
      expect((await profile(app, old(app, 'access', id, { exp: seconds - (ago ?? 0) }))).status).toBe(status)
    }
    expect((await profile(app, old(app, 'access', id, { iat: seconds + 20 }))).status).toBe(200)
  })

  it('is refused after the last day, and without the settings', async () => {
    const app = await anApp(database)
    const { id } = await addAccount(app, 'ann')
    const { refresh_token } = await rotated(app, old(app, 'refresh', id, { exp: 4_000_000_000 }))
    app.clock.advance(2 * 86_400_000)
    const lasting = old(app, 'access', id, { exp: 4_000_000_000 })
    expect((await profile(app, lasting)).status).toBe(401)
    expect((await refresh(app, old(app, 'refresh', id, { jti: 'other' }))).status).toBe(401)
    expect((await refresh(app, refresh_token)).status).toBe(401)
    const without = await app.restart({ CARRY_OVER_SECRET: 'none' })
    expect((await profile(without, old(app, 'access', id))).status).toBe(401)
  })

  it('is refused if it was changed, is of another kind, claims to be ours, or if its account may not log in', async () => {
    const app = await anApp(database)
    const { id } = await addAccount(app, 'ann')
    const { access_token: own } = await logIn(app, 'ann')
    expect((await profile(app, own)).status).toBe(200)
    for (const bad of [
      old(app, 'access', id, {}, TEST_SECRET_KEY),
      old(app, 'refresh', id),
      old(app, 'access', id, { sid: 'a-session' }),
      old(app, 'access', id, { exp: 1_000 }),
      old(app, 'access', 999),
      `${old(app, 'access', id).slice(0, -4)}AAAA`,
    ]) {
      expect((await profile(app, bad)).status).toBe(401)
    }
    expect((await refresh(app, old(app, 'access', id))).status).toBe(401)
    await app.administer('deactivate', 'ann')
    expect((await profile(app, old(app, 'access', id))).status).toBe(401)
    expect((await refresh(app, old(app, 'refresh', id))).status).toBe(401)
    await app.administer('activate', 'ann')
    // Tokens that are older than the deactivation stay void.
    expect((await profile(app, old(app, 'access', id))).status).toBe(401)
    expect((await refresh(app, old(app, 'refresh', id))).status).toBe(401)
  })

  it('can be logged out, and ends when the password changes', async () => {
    const app = await anApp(database)
    const { id } = await addAccount(app, 'ann')
    const out = await sendJson(app.url, 'POST', '/api/v1/logout', { body: { refresh_token: old(app, 'refresh', id) } })
    expect(out.status).toBe(204)
    expect(codeOf(await refresh(app, old(app, 'refresh', id)))).toBe('logout')
    const token = (await logIn(app, 'ann')).access_token
    const body = { old_password: PASSWORD, new_password: 'another horse 10' }
    expect((await sendJson(app.url, 'POST', '/api/change-password/', { token, body })).status).toBe(200)
    expect((await refresh(app, old(app, 'refresh', id, { jti: 'unused' }))).status).toBe(401)
  })

  it('is active for services for as long as it is honoured', async () => {
    const secret = 'a-service-secret-of-thirty-two-bytes'
    const app = await anApp(database, { ...CARRY_OVER, SERVICE_CREDENTIALS: `orders:${secret}` })
    const { id } = await addAccount(app, 'ann')
    const headers = { authorization: `Basic ${Buffer.from(`orders:${secret}`).toString('base64')}` }
    const body = { token: old(app, 'access', id) }
    const asked = () => sendJson(app.url, 'POST', '/api/v1/introspect', { body, headers })
    expect((await asked()).json).toMatchObject({ active: true, username: 'ann' })
    await app.administer('deactivate', 'ann')
    await app.administer('activate', 'ann')
    expect((await profile(app, body.token)).status).toBe(401)
    expect((await asked()).json).toEqual({ active: false })
  })

  it('is counted', async () => {
    const app = await anApp(database, { ...CARRY_OVER, METRICS_TOKEN: 'a-metrics-token-of-32-bytes-or-more' })
    const { id } = await addAccount(app, 'ann')
    await profile(app, old(app, 'access', id))
    await rotated(app, old(app, 'refresh', id))
    const { text } = await sendJson(app.url, 'GET', '/metrics', { token: 'a-metrics-token-of-32-bytes-or-more' })
    expect(text).toContain('latchkey_carried_over_total{use="access"} 1')
    expect(text).toContain('latchkey_carried_over_total{use="refresh"} 1')
  })
})

describe('the carry-over', () => {
  const [database] = databases as readonly [TestDatabase, ...TestDatabase[]]

  it('is verified with a public key, and may have other claim names and text ids', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const app = await anApp(database, {
      CARRY_OVER_SECRET: String(publicKey.export({ type: 'spki', format: 'pem' })).replaceAll('\n', '\\n'),
      CARRY_OVER_UNTIL: TOMORROW,
      CARRY_OVER_USER_ID_CLAIM: 'uid',
      CARRY_OVER_TOKEN_TYPE_CLAIM: 'kind',
      CARRY_OVER_JTI_CLAIM: 'id',
    })
    await addAccount(app, 'ann', { uid: { text: 'usr_1', isNumber: false } })
    const iat = Math.floor(app.clock.now() / 1_000)
    const make = (kind: string) => {
      const input = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded({ kind, exp: iat + DAY, iat, id: kind, uid: 'usr_1' })}`
      return `${input}.${createSign('RSA-SHA256').update(input).sign(privateKey, 'base64url')}`
    }
    expect((await profile(app, make('access'))).json).toMatchObject({ username: 'ann', id: 'usr_1' })
    const pair = (await refresh(app, make('refresh'))).json as V1Tokens
    expect((await profile(app, pair.access_token)).status).toBe(200)
  })

  it.each([256, 384, 512])('may be signed with RS%i, but cannot name an HMAC algorithm', async (bits) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = String(publicKey.export({ type: 'spki', format: 'pem' }))
    const app = await anApp(database, { CARRY_OVER_SECRET: pem.replaceAll('\n', '\\n'), CARRY_OVER_UNTIL: TOMORROW })
    const { id } = await addAccount(app, 'ann')
    const iat = Math.floor(app.clock.now() / 1_000)
    const input = (type: string, alg: string) =>
      `${encoded({ alg, typ: 'JWT' })}.${encoded({ token_type: type, exp: iat + DAY, iat, jti: type, user_id: id })}`
    const signed = (text: string) =>
      `${text}.${createSign(`RSA-SHA${bits}`).update(text).sign(privateKey, 'base64url')}`
    expect((await profile(app, signed(input('access', `RS${bits}`)))).json).toMatchObject({ username: 'ann' })
    expect((await refresh(app, signed(input('refresh', `RS${bits}`)))).status).toBe(200)
    const other = bits === 256 ? 'RS512' : 'RS256'
    expect((await profile(app, signed(input('access', other)))).status).toBe(401)
    const forged = input('access', `HS${bits}`)
    const mac = createHmac(`sha${bits}`, pem).update(forged).digest('base64url')
    expect((await profile(app, `${forged}.${mac}`)).status).toBe(401)
  })

  it('may come from jsonwebtoken, which does not state the kind of token', async () => {
    const app = await anApp(database, {
      ...CARRY_OVER,
      CARRY_OVER_USER_ID_CLAIM: 'sub',
      CARRY_OVER_TOKEN_TYPE_CLAIM: 'none',
    })
    const { id } = await addAccount(app, 'ann')
    const iat = Math.floor(app.clock.now() / 1_000)
    const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: String(id), iat, exp: iat + DAY })}`
    const token = `${input}.${createHmac('sha256', OLD_SECRET).update(input).digest('base64url')}`
    expect((await profile(app, token)).status).toBe(200)
    expect((await refresh(app, token)).status).toBe(401)
  })

  it.each([
    [{ CARRY_OVER_SECRET: OLD_SECRET }, /CARRY_OVER_UNTIL is not set/],
    [{ CARRY_OVER_SECRET: 'short', CARRY_OVER_UNTIL: TOMORROW }, /has only 5 bytes.*CARRY_OVER_SECRET_MAY_BE_GUESSED/],
    [{ CARRY_OVER_SECRET: OLD_SECRET, CARRY_OVER_UNTIL: '31.12.2026' }, /CARRY_OVER_UNTIL.* is not a day/],
    [
      { CARRY_OVER_SECRET: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', CARRY_OVER_UNTIL: TOMORROW },
      /contains no public key/,
    ],
  ])('does not start with %o', async (settings, message) => {
    await expect(startTestApp({ database, settings })).rejects.toThrow(message)
  })

  it('accepts a short secret if the operator accepts the risk', async () => {
    const app = await anApp(database, {
      CARRY_OVER_SECRET: 'short',
      CARRY_OVER_UNTIL: TOMORROW,
      CARRY_OVER_SECRET_MAY_BE_GUESSED: 'true',
    })
    const { id } = await addAccount(app, 'ann')
    expect((await profile(app, old(app, 'access', id, {}, 'short'))).status).toBe(200)
  })
})
