import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendJson } from '../support/http-client.ts'
import { anyDatabase, credentials, type SignedInApp, startSignedInApp } from './signed-in-app.ts'

describe('a server with custom names for header and cookies', () => {
  let app: SignedInApp

  beforeAll(async () => {
    const settings = {
      PUBLIC_URL: 'https://auth.example.org',
      ALLOWED_ORIGINS: 'https://app.example.org',
      AUTH_HEADER_NAME: 'HTTP_X_ACCESS_TOKEN',
      ACCESS_COOKIE_NAME: 'badge',
      REFRESH_COOKIE_NAME: 'renewal',
      HSTS_INCLUDE_SUBDOMAINS: 'true',
      KEEP_ALIVE_TIMEOUT: '10m',
    }
    app = await startSignedInApp(settings, anyDatabase)
  })
  afterAll(() => app.close())

  it.each(['/api/users/profile/', '/api/v1/me'])('reads access tokens from that header alone at %s', async (path) => {
    const get = async (headers: Record<string, string>) => (await sendJson(app.url, 'GET', path, { headers })).status
    expect(await get({ 'X-Access-Token': `Bearer ${app.access}` })).toBe(200)
    expect(await get({ 'X-Access-Token': app.access })).toBe(401)
    expect(await get({ Authorization: `Bearer ${app.access}` })).toBe(401)
  })

  it('lets pages of other origins send it', async () => {
    const headers = { Origin: 'https://app.example.org', 'Access-Control-Request-Method': 'GET' }
    const preflight = await sendJson(app.url, 'OPTIONS', '/api/v1/me', { headers })
    expect(preflight.headers['access-control-allow-headers']?.[0]).toContain('x-access-token')
  })

  it('sets and reads its cookies, with their prefixes', async () => {
    const headers = { Origin: 'https://auth.example.org', 'X-Latchkey-CSRF': '1' }
    const body = { ...credentials, mode: 'cookie' }
    const login = await sendJson(app.url, 'POST', '/api/v1/login', { body, headers })
    const cookies = (login.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '')
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['__Host-badge', '__Host-renewal'])
    const me = await sendJson(app.url, 'GET', '/api/v1/me', { headers: { cookie: cookies.join('; ') } })
    expect(me.status).toBe(200)
  })

  it('keeps connections and https for as long as it is configured to', async () => {
    const { headers } = await sendJson(app.url, 'GET', '/healthz', { headers: { Connection: 'keep-alive' } })
    expect(headers['keep-alive']).toEqual(['timeout=600'])
    expect(headers['strict-transport-security']).toEqual(['max-age=31536000; includeSubDomains'])
  })
})
