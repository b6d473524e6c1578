import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { count, createKnocker, PASSWORD } from '../support/login-attempts.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const LOGIN_PATHS = ['/api/v1/login', '/api/login/', '/api/token/', '/token/', '/api/users/authentication/']
const WITH_LIMITS = { RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: '5/15m', LIMIT_LOGIN_PER_ADDRESS: '8/5m' }

/** Faults of similar products in what stops guessing, and in what lets requests in. */
describe.each(databases)('guessing, on $name', (database) => {
  let app: TestApp
  afterEach(() => app.close())

  async function start(settings: Record<string, string> = {}) {
    app = await startTestApp({ database, settings: { ...WITH_LIMITS, ...settings } })
    const knocker = createKnocker(app)
    expect((await knocker.register('victim', '198.51.100.10')).status).toBe(201)
    return knocker
  }

  it('CVE-2026-9798 Keycloak: a client that is stopped on one path is stopped on every other', async () => {
    const knocker = await start()
    expect(count(await knocker.guess(5, () => ({})), 401)).toBe(5)
    for (const path of LOGIN_PATHS) {
      expect((await knocker.logIn({ username: 'victim', password: PASSWORD, path })).status).toBe(429)
    }
  })

  it('CVE-2025-64526 Strapi, CVE-2025-24806 and CVE-2026-47203 Authelia: no spelling and no additional field starts a new count', async () => {
    const knocker = await start({ LOGIN_WITH: 'username-or-email' })
    const names = ['victim', 'VICTIM', 'ｖictim', 'vic\u200btim', 'Victim']
    const statuses = await knocker.guess(8, (nth) => ({
      username: names[nth % names.length] ?? '',
      path: LOGIN_PATHS[nth % LOGIN_PATHS.length] ?? '',
      extra: { email: `a${nth}@example.net`, nonce: nth },
    }))
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
  })

  it.each([
    { 'x-forwarded-for': '192.0.2.N' },
    { 'x-real-ip': '192.0.2.N', forwarded: 'for=192.0.2.N', 'x-client-ip': '192.0.2.N' },
    { 'cf-connecting-ip': '192.0.2.N', 'true-client-ip': '192.0.2.N', 'x-forwarded-for': 'junk, 192.0.2.N' },
  ])(
    'CVE-2026-45364 Better Auth, CVE-2026-29794 Vikunja, CVE-2026-20896 Gitea: a header does not make a new client: %o',
    async (headers) => {
      const knocker = await start()
      const numbered = (nth: number) =>
        Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll('N', String(nth))]))
      const statuses = await knocker.guess(10, (nth) => ({ username: `user${nth}`, headers: numbered(nth) }))
      expect(statuses).toEqual([...Array(8).fill(401), 429, 429])
    },
  )

  it.each(['a', '', ', ,', '999.1.1.1', '::ffff:999.1.1.1', 'unknown', '"192.0.2.1"', '192.0.2.1:80'])(
    'CVE-2024-47070 authentik: an X-Forwarded-For of %j from a trusted proxy skips nothing',
    async (value) => {
      const knocker = await start({ TRUSTED_PROXIES: '203.0.113.1' })
      const statuses = await knocker.guess(9, (nth) => ({
        username: `user${nth}`,
        headers: { 'x-forwarded-for': value },
      }))
      expect(statuses).toEqual([...Array(8).fill(401), 429])
    },
  )

  it('CVE-2024-4629 Keycloak, Better Auth #9993: simultaneous attempts are all counted', async () => {
    const knocker = await start()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, nth) => knocker.logIn({ username: 'victim', password: `wrong guess ${nth}` })),
    )
    expect(
      count(
        answers.map(({ status }) => status),
        401,
      ),
    ).toBeLessThanOrEqual(5)
  })

  it('Okta of 2024, CVE-2025-25298 Strapi, CVE-2025-22228 Spring: long names and passwords count to their last character', async () => {
    await start({ RATE_LIMITS: 'off' })
    const username = 'n'.repeat(150)
    const password = `${'long secret '.repeat(8)}!`
    const body = { username, password }
    expect((await sendJson(app.url, 'POST', '/api/v1/register', { body })).status).toBe(201)
    for (const wrong of [password.slice(0, 72), `${password.slice(0, -1)}?`, `${password}\u0001`]) {
      const answer = await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password: wrong } })
      expect(answer.status).toBe(401)
    }
    expect((await sendJson(app.url, 'POST', '/api/v1/login', { body })).status).toBe(200)
  })

  it.each(['application/json\ta', 'application/json garbage', 'application/jsonx', 'text/plain, application/json'])(
    'CVE-2026-25223 and CVE-2026-3419 Fastify: %j skips no rule',
    async (type) => {
      await start()
      for (const path of ['/api/v1/register', '/api/register/', '/api/v1/login']) {
        const body = '{"username":["x"],"password":7}'
        const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`
        const { statusLine } = await rawRequest(app.url, head + body)
        expect(statusLine).toMatch(/ 4(00|15) /)
      }
    },
  )

  it.each(['Bearer', 'Bearer  ', 'Bearer a b', 'bearer x', 'Basic', 'Basic %%%', '\t', 'Bearer \u00ff\u00fe', ','])(
    'GHSA-xmf8-cvqr-rfgj next-auth: an Authorization header of %j causes a refusal and no crash',
    async (authorization) => {
      await start()
      for (const path of ['/api/v1/me', '/api/users/profile/', '/api/v1/introspect']) {
        const method = path.endsWith('introspect') ? 'POST' : 'GET'
        const { status } = await sendJson(app.url, method, path, { headers: { authorization } })
        expect([401, 404]).toContain(status)
      }
    },
  )
})
