import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, logIn, logOut, meet, PASSWORD, refresh, rotated } from '../support/v1-client.ts'

const SECRET = 'p%2B+lain-and-long-enough-for-a-service'
const DAY = 86_400_000

const basic = (name: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
})
const orders = basic('orders', SECRET)

describe.each(databases)('the endpoints for services, on $name', (database) => {
  let app: TestApp
  let ann: { id: number }

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: `orders:${SECRET}`, AUDIENCE: 'shop' } })
    ann = await addAccount(app, 'ann')
  })
  afterAll(() => app.close())

  const ask = (path: string, token: unknown, headers: Record<string, string> = orders, by = app) =>
    sendJson(by.url, 'POST', `/api/v1/${path}`, { body: { token }, headers })

  describe('the credential', () => {
    it.each([
      ['none', {}],
      ['a wrong secret', basic('orders', `${SECRET}x`)],
      ['another name', basic('billing', SECRET)],
      ['no secret', basic('orders', '')],
      ['no colon', { authorization: `Basic ${Buffer.from('orders').toString('base64')}` }],
      ['no base64', { authorization: 'Basic ???' }],
      ['another scheme', { authorization: `Bearer ${SECRET}` }],
      ['the digest of the secret', basic('orders', 'b8Jx')],
    ])('is required: %s is refused', async (_, headers) => {
      const answer = await ask('introspect', 'x', headers)
      expect([answer.status, codeOf(answer)]).toEqual([401, 'service_not_authenticated'])
      expect(answer.headers['www-authenticate']).toEqual(['Basic realm="services", charset="UTF-8"'])
      expect(answer.json).toMatchObject({ error: 'invalid_client' })
    })

    it('is accepted with the form encoding that RFC 6749 requires, and without', async () => {
      for (const headers of [orders, basic('orders', encodeURIComponent(SECRET))]) {
        expect((await ask('introspect', 'x', headers)).json).toEqual({ active: false })
      }
    })

    it.each(['introspect', 'revoke'])(
      'is accepted in the body too, as a form or as JSON: %s (RFC 6749 §2.3.1)',
      async (path) => {
        const credential = { client_id: 'orders', client_secret: SECRET }
        const form = new URLSearchParams({ token: 'x', ...credential }).toString()
        const asForm = await fetch(`${app.url}/api/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form,
        })
        expect(asForm.status).toBe(200)
        const post = (body: object, headers = {}) => sendJson(app.url, 'POST', `/api/v1/${path}`, { body, headers })
        expect((await post({ token: 'x', ...credential })).status).toBe(200)
        const refused = [
          await post({ token: 'x', ...credential, client_secret: `${SECRET}x` }),
          await post({ token: 'x', client_id: 'orders' }),
          await post({ token: 'x', client_id: ['orders'], client_secret: SECRET }),
          // A header always counts, whether or not it is valid.
          await post({ token: 'x', ...credential }, basic('orders', 'wrong')),
        ]
        expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401])
      },
    )

    it('is not a login, and a login is not a credential', async () => {
      const { access_token } = await logIn(app, 'ann')
      expect((await ask('introspect', access_token, { authorization: `Bearer ${access_token}` })).status).toBe(401)
      expect((await sendJson(app.url, 'GET', '/api/v1/me/sessions', { headers: orders })).status).toBe(401)
    })
  })

  describe('introspection (RFC 7662)', () => {
    it('returns everything about a valid access token', async () => {
      const { access_token } = await logIn(app, 'ann')
      const { token_type: _, ...claims } = claimsOf(access_token)
      const answer = await ask('introspect', access_token)
      expect(answer.status).toBe(200)
      expect(answer.json).toEqual({
        ...claims,
        active: true,
        token_use: 'access',
        token_type: 'Bearer',
        username: 'ann',
      })
      expect(answer.json).toMatchObject({ aud: 'shop', sub: String(ann.id) })
      expect(answer.headers['cache-control']).toEqual(['no-store'])
    })

    it('does not call a refresh token a bearer token', async () => {
      const { refresh_token } = await logIn(app, 'ann')
      const { json } = await ask('introspect', refresh_token)
      expect(json).toMatchObject({ active: true, token_use: 'refresh' })
      expect(json).not.toHaveProperty('token_type')
    })

    it('accepts a form as well as JSON, each parameter once', async () => {
      const { access_token } = await logIn(app, 'ann')
      const post = (payload: string) =>
        app.app.server.inject({
          method: 'POST',
          url: '/api/v1/introspect',
          headers: { ...orders, 'content-type': 'application/x-www-form-urlencoded' },
          payload,
        })
      const good = await post(`token=${access_token}&token_type_hint=access_token`)
      expect(good.json()).toMatchObject({ active: true })
      const twice = await post(`token=${access_token}&token=x`)
      expect([twice.statusCode, twice.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
      expect((await post('')).statusCode).toBe(400)
      expect((await post('token=')).statusCode).toBe(400)
    })

    it('says only that it is not active, if it is not valid', async () => {
      const { access_token, refresh_token } = await logIn(app, 'ann')
      const spent = (await logIn(app, 'ann')).refresh_token
      await rotated(app, spent)
      const forged = `${access_token.slice(0, -4)}AAAA`
      for (const token of ['junk', 'a.b.c', '.'.repeat(9_000), forged, spent]) {
        expect((await ask('introspect', token)).json).toEqual({ active: false })
      }
      await logOut(app, refresh_token)
      for (const token of [access_token, refresh_token]) {
        expect((await ask('introspect', token)).json).toEqual({ active: false })
      }
    })

    it('checks the session and the account whatever CHECK_SESSION says', async () => {
      const careless = await app.another({ CHECK_SESSION: 'false' })
      await addAccount(app, 'ben')
      const [first, second] = [await logIn(careless, 'ben'), await logIn(careless, 'ben')]
      await logOut(careless, first.refresh_token)
      expect((await meet(careless, first.access_token))[0]).toBe(200)
      expect((await ask('introspect', first.access_token, orders, careless)).json).toEqual({ active: false })
      await app.administer('deactivate', 'ben')
      for (const token of [second.access_token, second.refresh_token]) {
        expect((await ask('introspect', token)).json).toEqual({ active: false })
      }
    })

    it('does not report an expired token as active', async () => {
      const { access_token, refresh_token } = await logIn(app, 'ann')
      app.clock.advance(DAY)
      for (const token of [access_token, refresh_token]) {
        expect((await ask('introspect', token)).json).toEqual({ active: false })
      }
    })
  })

  describe('revocation (RFC 7009)', () => {
    it.each(['access_token', 'refresh_token'] as const)('of the %s ends its session, and no other', async (kind) => {
      const [tokens, other] = [await logIn(app, 'ann'), await logIn(app, 'ann')]
      const answer = await ask('revoke', tokens[kind])
      expect([answer.status, answer.json]).toEqual([200, {}])
      expect(await meet(app, tokens.access_token)).toEqual([401, 401, 'logout'])
      expect(codeOf(await refresh(app, tokens.refresh_token))).toBe('logout')
      expect(await meet(app, other.access_token)).toEqual([200, 200, undefined])
    })

    it('of a used token ends the session too', async () => {
      const { refresh_token } = await logIn(app, 'ann')
      const next = await rotated(app, refresh_token)
      expect((await ask('revoke', refresh_token)).status).toBe(200)
      expect((await meet(app, next.access_token))[0]).toBe(401)
    })

    it('of a token that is not valid, or no longer valid, succeeds', async () => {
      const { access_token, refresh_token } = await logIn(app, 'ann')
      for (const token of ['junk', refresh_token, refresh_token, access_token]) {
        expect([(await ask('revoke', token)).status, token.slice(0, 9)]).toEqual([200, token.slice(0, 9)])
      }
    })

    it('is recorded with the name of the service', async () => {
      const { access_token, refresh_token } = await logIn(app, 'ann')
      const second = await logIn(app, 'ann')
      await ask('revoke', second.refresh_token)
      const { json } = await sendJson(app.url, 'GET', '/api/v1/me/events?limit=1', { token: access_token })
      expect(json).toMatchObject({
        events: [
          { event: 'session.ended', session_id: claimsOf(second.access_token).sid, facts: { reason: 'logout' } },
        ],
      })
      await ask('revoke', refresh_token)
      const row = app.app.database.read.selectFrom('audit_events').select('actor').where('event', '=', 'session.ended')
      expect(await row.orderBy('id', 'desc').executeTakeFirst()).toEqual({ actor: 'service:orders' })
    })
  })

  it('limits services to their own paths', async () => {
    const answer = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username: 'ann', password: PASSWORD },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.status).toBe(415)
  })
})

describe.each(databases)('services whose server has lost its database, on $name', (database) => {
  it('never get a success (CVE-2020-15223)', async () => {
    const app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: `orders:${SECRET}` } })
    await addAccount(app, 'ann')
    const { access_token, refresh_token } = await logIn(app, 'ann')
    await app.app.database.close()
    for (const token of [access_token, refresh_token]) {
      for (const path of ['revoke', 'introspect']) {
        const answer = await sendJson(app.url, 'POST', `/api/v1/${path}`, { body: { token }, headers: orders })
        expect([path, answer.status >= 500]).toEqual([path, true])
        expect(answer.json).toMatchObject({ error: 'server_error', code: 'internal_error' })
      }
    }
    expect((await logOut(app, refresh_token)).status).toBe(500)
    await app.close()
  })
})
