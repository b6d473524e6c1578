import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendJson } from '../support/http-client.ts'
import { type SignedInApp, startSignedInApp } from './signed-in-app.ts'

const ORIGIN = 'https://app.example.org'

describe('cross-origin requests', () => {
  let app: SignedInApp

  beforeAll(async () => {
    app = await startSignedInApp({ ALLOWED_ORIGINS: `${ORIGIN}, http://localhost:3000` })
  })
  afterAll(() => app.close())

  const preflight = (path: string, origin: string) =>
    sendJson(app.url, 'OPTIONS', path, { headers: { origin, 'access-control-request-method': 'POST' } })

  it('are admitted before anybody asks for a token, for listed origins', async () => {
    for (const path of ['/api/protected/', '/api/posts/1/', '/api/login/', '/api/register']) {
      expect(await preflight(path, ORIGIN)).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-origin': [ORIGIN],
          'access-control-allow-methods': [expect.stringContaining('PATCH')],
          'access-control-allow-headers': [expect.stringContaining('authorization')],
          vary: ['Origin'],
        },
      })
    }
  })

  it('may read the responses, including refusals, which depend on the origin', async () => {
    for (const [path, token, status] of [
      ['/api/users/profile/', app.access, 200],
      ['/api/users/profile/', 'a.b.c', 401],
    ] as const) {
      expect(await sendJson(app.url, 'GET', path, { token, headers: { origin: ORIGIN } })).toMatchObject({
        status,
        headers: { 'access-control-allow-origin': [ORIGIN], vary: ['Origin, Accept'] },
      })
    }
  })

  it.each([
    'https://evil.test',
    'null',
    '*',
    `${ORIGIN}.evil.test`,
    'https://evil.test/https://app.example.org',
    'http://app.example.org',
    `${ORIGIN}:8443`,
    ORIGIN.toUpperCase(),
    `${ORIGIN}, ${ORIGIN}`,
  ])('are not admitted from elsewhere: %s', async (origin) => {
    const asked = await preflight('/api/protected/', origin)
    const answered = await sendJson(app.url, 'GET', '/api/users/profile/', { token: app.access, headers: { origin } })
    expect([asked.status, answered.status]).toEqual([401, 200])
    for (const { headers } of [asked, answered]) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(headers.vary?.[0]).toContain('Origin')
    }
  })

  it('are admitted with credentials on every path, and not at all without a list', async () => {
    const other = await startSignedInApp()
    const { headers } = await sendJson(other.url, 'GET', '/healthz', { headers: { origin: ORIGIN } })
    await other.close()
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    for (const path of ['/api/login/', '/api/token/refresh/', '/api/users/profile/', '/api/v1/me']) {
      const asked = await preflight(path, ORIGIN)
      const answered = await sendJson(app.url, 'GET', path, { token: app.access, headers: { origin: ORIGIN } })
      for (const { headers: told } of [asked, answered]) {
        expect(told).toMatchObject({
          'access-control-allow-origin': [ORIGIN],
          'access-control-allow-credentials': ['true'],
        })
      }
    }
  })

  it('may send the headers of tracing tools and frameworks, or those of ALLOWED_HEADERS instead', async () => {
    const allowed = async (url: string) => {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' }
      const answer = await sendJson(url, 'OPTIONS', '/api/login/', { headers })
      return answer.headers['access-control-allow-headers']?.[0]?.split(', ')
    }
    const always = ['authorization', 'content-type', 'accept', 'x-latchkey-csrf']
    const usual = ['x-csrftoken', 'x-requested-with', 'traceparent', 'sentry-trace', 'baggage', 'cache-control']
    expect(await allowed(app.url)).toEqual(expect.arrayContaining([...always, ...usual]))
    const other = await startSignedInApp({ ALLOWED_ORIGINS: ORIGIN, ALLOWED_HEADERS: 'X-Tenant, accept' })
    expect(await allowed(other.url)).toEqual([...always, 'x-tenant'])
    await other.close()
    const none = await startSignedInApp({ ALLOWED_ORIGINS: ORIGIN, ALLOWED_HEADERS: 'none' })
    expect(await allowed(none.url)).toEqual(always)
    await none.close()
  })
})
