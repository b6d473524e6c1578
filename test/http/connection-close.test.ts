import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rawRequest } from '../support/raw-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { anyDatabase } from './signed-in-app.ts'

const JSON_BODY = 'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'

/** One request for every way in which a response is sent. */
const REQUESTS: [status: number, head: string, rest: string][] = [
  [400, 'POST /api/login/', JSON_BODY],
  [401, 'GET /api/users/profile/', '\r\n'],
  [404, 'GET /nothing/', '\r\n'],
  [404, 'POST /nothing/', JSON_BODY],
  [404, 'GET /%zz', '\r\n'],
  [405, 'PUT /api/login/', JSON_BODY],
  [406, 'GET /api/users/profile/', 'Accept: text/xml\r\n\r\n'],
  [413, 'POST /api/login/', 'Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{}'],
  [415, 'POST /api/login/', 'Content-Type: text/xml\r\nContent-Length: 2\r\n\r\n{}'],
  [417, 'POST /api/login/', 'Expect: nothing\r\nContent-Length: 0\r\n\r\n'],
  [401, 'GET /api/v1/me', '\r\n'],
  [404, 'GET /api/v1/nothing', '\r\n'],
  [415, 'POST /api/v1/login', 'Content-Type: text/xml\r\nContent-Length: 2\r\n\r\n{}'],
  [200, 'GET /healthz', '\r\n'],
  [302, 'GET /.well-known/change-password', '\r\n'],
]

describe('the header Connection', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase })
  })
  afterAll(() => app.close())

  it.each(REQUESTS)('says close with %i for %s, if the client asks for that', async (status, head, rest) => {
    const bytes = `${head} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${rest}`
    const answer = await rawRequest(app.url, bytes, { until: 'close' })
    expect(answer.statusLine).toContain(String(status))
    expect([answer.headers.connection, answer.closed]).toEqual([['close'], true])
  })

  it.each(REQUESTS)('says keep-alive with %i for %s otherwise', async (status, head, rest) => {
    const answer = await rawRequest(app.url, `${head} HTTP/1.1\r\nHost: localhost\r\n${rest}`)
    expect(answer.statusLine).toContain(String(status))
    expect(answer.headers.connection).toEqual(['keep-alive'])
  })

  it('redirects password managers to where a password is changed', async () => {
    const answer = await rawRequest(app.url, 'GET /.well-known/change-password HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect([answer.statusLine, answer.headers.location]).toEqual(['HTTP/1.1 302 Found', ['/account/security']])
  })
})
