import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JsonOptions, send, sendJson } from '../support/http-client.ts'
import { type SignedInApp, startSignedInApp } from './signed-in-app.ts'

describe('every answer', () => {
  let app: SignedInApp

  beforeAll(async () => {
    app = await startSignedInApp()
    await sendJson(app.url, 'POST', '/api/posts/', { token: app.access, body: { title: 'a', content: 'b' } })
  })
  afterAll(() => app.close())

  const answers: [status: number, method: string, path: string, options: JsonOptions & { isCaller?: boolean }][] = [
    [200, 'GET', '/healthz', {}],
    [200, 'GET', '/openapi.json', {}],
    [200, 'GET', '/api/users/profile/', { isCaller: true }],
    [200, 'OPTIONS', '/api/posts/', { isCaller: true }],
    [201, 'POST', '/api/users/', { body: { username: 'lou', password: 'correct horse 9' } }],
    [204, 'DELETE', '/api/posts/1/', { isCaller: true }],
    [302, 'GET', '/admin/', {}],
    [400, 'POST', '/api/login/', { body: {} }],
    [401, 'POST', '/api/login/', { body: { username: 'nobody', password: 'nothing' } }],
    [401, 'GET', '/api/protected/', {}],
    [401, 'GET', '/api/protected/', { token: 'a.b.c' }],
    [404, 'GET', '/nowhere', {}],
    [404, 'GET', '/api/posts/%zz/', {}],
    [404, 'GET', '/api/posts/99/', { isCaller: true }],
    [405, 'PATCH', '/api/login/', {}],
    [406, 'POST', '/api/login/', { headers: { accept: 'text/html' } }],
    [413, 'POST', '/api/login/', { body: 'a'.repeat(2_000_000) }],
    [415, 'POST', '/api/login/', { body: {}, headers: { 'content-type': 'text/plain' } }],
  ]

  it.each(answers)(
    '%i to %s %s has the headers that protect browsers',
    async (status, method, path, { isCaller, ...options }) => {
      const token = isCaller ? { token: app.access } : {}
      const answer = await sendJson(app.url, method, path, { ...options, ...token })
      expect(answer.status).toBe(status)
      expect(answer.headers).toMatchObject({
        'cache-control': ['no-store'],
        'x-content-type-options': ['nosniff'],
        'x-frame-options': ['DENY'],
        'referrer-policy': ['same-origin'],
        'cross-origin-resource-policy': ['same-origin'],
        'content-security-policy': ["default-src 'none'; frame-ancestors 'none'"],
        'x-request-id': [expect.stringMatching(/^[0-9a-z]+-[0-9a-z]+$/)],
      })
      const { 'content-type': type } = answer.headers
      if (answer.body.length > 0) expect(type).toEqual(['application/json'])
      else expect(type).toBeUndefined()
      if (status === 401) expect(answer.headers['www-authenticate']?.[0]).toMatch(/^Bearer realm="api"/)
      else expect(answer.headers).not.toHaveProperty('www-authenticate')
      for (const banner of ['server', 'x-powered-by', 'via', 'strict-transport-security', 'set-cookie']) {
        expect(answer.headers).not.toHaveProperty(banner)
      }
    },
  )

  it('has no body for HEAD, and the same headers', async () => {
    for (const path of ['/api/users/profile/', '/api/posts/', '/healthz', '/nowhere']) {
      const headers: [string, string][] = [['authorization', `Bearer ${app.access}`]]
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => send(app.url, { method, path, headers })))
      const { date: _, 'x-request-id': __, ...expected } = get?.headers ?? {}
      expect(head).toMatchObject({ status: get?.status, headers: expected, body: Buffer.alloc(0) })
    }
  })

  it('lists the allowed methods, and varies by Accept', async () => {
    const token = app.access
    const told = async (method: string, path: string) => {
      const { headers } = await sendJson(app.url, method, path, { token })
      return [headers.allow?.[0], headers.vary?.[0]]
    }
    expect(await told('PATCH', '/api/login')).toEqual(['POST, OPTIONS', 'Accept'])
    expect(await told('OPTIONS', '/api/protected/')).toEqual(['GET, HEAD, OPTIONS', 'Accept'])
    expect(await told('GET', '/api/posts/')).toEqual(['GET, POST, HEAD, OPTIONS', 'Accept'])
    expect(await told('TRACE', '/api/posts/1/')).toEqual(['GET, PUT, PATCH, DELETE, HEAD, OPTIONS', 'Accept'])
  })

  it('says invalid_token of a token, not of a password (RFC 6750 §3)', async () => {
    const challenge = async (options: JsonOptions, method = 'GET', path = '/api/protected/') =>
      (await sendJson(app.url, method, path, options)).headers['www-authenticate']
    const bare = ['Bearer realm="api"']
    const invalid = ['Bearer realm="api", error="invalid_token"']
    expect(await challenge({})).toEqual(bare)
    expect(await challenge({ body: { username: 'a', password: 'b' } }, 'POST', '/api/login/')).toEqual(bare)
    expect(await challenge({ token: 'a.b.c' })).toEqual(invalid)
    expect(await challenge({ body: { refresh: 'a.b.c' } }, 'POST', '/api/token/refresh/')).toEqual(invalid)
  })

  it('has an id that we chose, which the log has too', async () => {
    const headers = { 'x-request-id': 'chosen by the client', 'request-id': 'this one too' }
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await sendJson(app.url, 'GET', '/healthz', { headers })).headers['x-request-id']?.[0]),
    )
    expect(new Set(ids).size).toBe(3)
    await expect.poll(() => app.log.join('')).toContain(`"requestId":"${ids[2]}"`)
    expect(app.log.join('')).not.toContain('by the client')
  })

  it('takes tokens only from the Authorization header', async () => {
    const { access } = app
    const places: [string, Record<string, string>][] = [
      [`/api/protected/?access_token=${access}&token=${access}`, {}],
      ['/api/protected/', { cookie: `access=${access}; access_token=${access}` }],
      ['/api/protected/', { 'x-access-token': access, 'proxy-authorization': `Bearer ${access}` }],
      ['/api/protected/', { 'x-user': 'kim', 'x-forwarded-user': 'kim', 'remote-user': 'kim' }],
      ['/api/login/', { 'x-original-url': '/healthz', 'x-rewrite-url': '/healthz' }],
    ]
    for (const [path, headers] of places) {
      expect((await sendJson(app.url, 'GET', path, { headers })).status).toBe(path === '/api/login/' ? 405 : 401)
    }
  })

  it('ignores headers that would override the method', async () => {
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-method-override': 'DELETE' }
    const body = { title: 'kept', content: 'kept', _method: 'DELETE' }
    const { json } = await sendJson(app.url, 'POST', '/api/posts/?_method=DELETE', { token: app.access, headers, body })
    const { id } = json as { id: number }
    await sendJson(app.url, 'GET', `/api/posts/${id}/?_method=DELETE`, { token: app.access, headers })
    expect(await sendJson(app.url, 'GET', `/api/posts/${id}/`, { token: app.access })).toMatchObject({ status: 200 })
  })
})

describe('if clients reach the server by https', () => {
  it('every response says so for a year, including errors', async () => {
    const app = await startSignedInApp({ PUBLIC_URL: 'https://auth.example.org' })
    for (const path of ['/healthz', '/nowhere', '/api/protected/', '/api/posts/%zz/']) {
      const { headers } = await sendJson(app.url, 'GET', path)
      expect(headers['strict-transport-security']).toEqual(['max-age=31536000'])
    }
    await app.close()
  })
})
