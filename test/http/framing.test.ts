import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendJson } from '../support/http-client.ts'
import { rawRequest } from '../support/raw-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { chunked, connectTo, get, post, target, textUntilEnd } from './raw-requests.ts'
import { anyDatabase } from './signed-in-app.ts'

/** A request that must never be answered: an answer shows that the reader was misled about where the previous request ends. */
const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: smuggled.test\r\n\r\n'

describe('a request that two programs could read in two ways', () => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase })
  })
  afterAll(() => app.close())

  it.each([
    ['a length and chunks', post(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n'), 400],
    ['chunks and a length', post(`${chunked}\r\nContent-Length: 5`, '0\r\n\r\n'), 400],
    ['two lengths', post('Content-Length: 2\r\nContent-Length: 3', '{} '), 400],
    ['two equal lengths', post('Content-Length: 2\r\nContent-Length: 2', '{}'), 400],
    ['a list of lengths', post('Content-Length: 2, 2', '{}'), 400],
    ['a length with a sign', post('Content-Length: +2', '{}'), 400],
    ['a negative length', post('Content-Length: -2', '{}'), 400],
    ['a length in hex', post('Content-Length: 0x2', '{}'), 400],
    ['two transfer codings', post(`${chunked}\r\nTransfer-Encoding: identity`, '0\r\n\r\n'), 400],
    ['a transfer coding that is almost chunked', post('Transfer-Encoding: xchunked', '0\r\n\r\n'), 400],
    ['a transfer coding behind a vertical tab', post('Transfer-Encoding: \x0bchunked', '0\r\n\r\n'), 400],
    ['a transfer coding that is not undone', post('Transfer-Encoding: gzip, chunked', '0\r\n\r\n'), 400],
    ['chunks in HTTP/1.0', post(chunked, '0\r\n\r\n', 'HTTP/1.0'), 400],
    ['a chunk whose size is not a number', post(chunked, 'zz\r\n{}\r\n0\r\n\r\n'), 400],
    ['a chunk that goes on past its end', post(chunked, '2\r\n{}xx0\r\n\r\n'), 400],
    ['a chunk larger than all numbers', post(chunked, 'ffffffffffffffffff\r\n'), 400],
    ['chunks with bare line feeds', post(chunked, '2\n{}\n0\n\n'), 400],
    ['a chunk extension without an end', post(chunked, `2;${'a'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`), 413],
    ['a space before the colon', post('Content-Length : 2', '{}'), 400],
    ['a bare carriage return', post('A: b\rContent-Length: 2', '{}'), 400],
    ['bare line feeds', 'GET /healthz HTTP/1.1\nHost: a.test\n\n', 400],
    ['a folded header', get('Host: a.test\r\nA: b\r\n c'), 400],
    ['a space before the first header', get(' Host: a.test'), 400],
    ['U+0000 in a header', get('Host: a.test\r\nA: b\0c'), 400],
    ['two hosts', get('Host: a.test\r\nhOST: b.test'), 400],
    ['two credentials', get('Host: a.test\r\nAuthorization: Bearer a\r\nauthorization: Bearer b'), 400],
    ['no host', get('A: b'), 400],
    ['HTTP/0.9', 'GET /healthz\r\n\r\n', 400],
    ['HTTP/2.0 without its frames', get('Host: a.test', 'HTTP/2.0'), 400],
    ['HTTP/1.10', get('Host: a.test', 'HTTP/1.10'), 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['the first bytes of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a method in lower case', 'get /healthz HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
    ['a method that HTTP does not know', 'FOO /healthz HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
    ['CONNECT', 'CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n', 405],
    ['headers without an end', get(`Host: a.test\r\n${'A: b\r\n'.repeat(20_000)}`), 431],
    ['a path without an end', `GET /${'a'.repeat(30_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`, 431],
  ])('is refused, and the connection closed: %s', async (_what, bytes, status) => {
    const answer = await rawRequest(app.url, Buffer.from(bytes + SMUGGLED, 'latin1'), { until: 'close' })
    expect(answer.statusLine).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`))
    expect(JSON.parse(answer.body.toString())).toEqual({ detail: expect.stringMatching(/^[A-Z].+\.$/) })
    expect(answer.rest.toString()).toBe('')
    expect(answer).toMatchObject({
      closed: true,
      headers: {
        connection: ['close'],
        'content-type': ['application/json'],
        'cache-control': ['no-store'],
        'x-content-type-options': ['nosniff'],
      },
    })
    expect(answer.headers).not.toHaveProperty('server')
    expect(answer.headers).not.toHaveProperty('x-powered-by')
  })

  it('has no effect on what follows it', async () => {
    const account = JSON.stringify({ username: 'smuggled', password: 'correct horse 9' })
    const signUp = post(`Content-Length: ${account.length}`, account).replace('/api/login/', '/api/users/')
    await rawRequest(app.url, get('Host: a.test\r\nHost: b.test') + signUp, { until: 'close' })
    // The name is still available.
    expect(await rawRequest(app.url, signUp)).toMatchObject({ statusLine: 'HTTP/1.1 201 Created' })
  })

  it('leaves the server unharmed', async () => {
    expect(await sendJson(app.url, 'GET', '/readyz')).toMatchObject({ status: 200, json: { status: 'ok' } })
  })
})

describe('an unusual request', () => {
  let app: TestApp

  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase })
  })
  afterAll(() => app.close())

  it.each<[string, string, number, string?]>([
    ['an absolute target, which is as protected as its path', target('http://b.test/api/protected/'), 401],
    ['an absolute target without a path', target('http://b.test'), 404],
    ['another host as a path', target('//b.test/%2e%2e'), 404],
    ['another host as a path, with a path of ours behind it', target('//b.test/admin'), 404],
    ['a path of ours with two slashes at its end', target('/api/protected//'), 404],
    ['a path of ours with one slash too many', target('//api/protected/'), 404],
    ['a path of ours in escapes, which is as protected', target('/%61pi/%70rotected/'), 401],
    ['a slash in escapes', target('/api%2fprotected/'), 404],
    ['a way up', target('/healthz/../api/protected/'), 404],
    ['an escape that is not one', target('/api/posts/%zz/'), 404],
    ['an escape of no UTF-8', target('/api/posts/%ff/'), 404],
    ['an id of a thousand digits, for a stranger', target(`/api/posts/${'1'.repeat(1_000)}/`), 401],
    ['a path of 10,000 letters', target(`/${'a'.repeat(10_000)}`), 404],
    ['the target for the whole server', 'OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n', 404],
    ['an expectation', post('Expect: a-miracle\r\nContent-Length: 2', '{}'), 417],
    ['a redirect, with the host of somebody else', target('/admin/', 'evil.test'), 302, '/admin/login/?next=/admin/'],
  ])('is answered, and so is the next one: %s', async (_what, bytes, status, location) => {
    const answer = await rawRequest(app.url, bytes + get('Host: a.test\r\nConnection: close'), { until: 'close' })
    expect(answer.statusLine).toMatch(new RegExp(`^HTTP/1.1 ${status} \\w`))
    expect(answer.headers.location?.[0]).toBe(location)
    expect(answer.headers['x-content-type-options']).toEqual(['nosniff'])
    if (status !== 302) expect(JSON.parse(answer.body.toString())).toBeTypeOf('object')
    expect(answer.rest.toString()).toMatch(/^HTTP\/1.1 200 OK.*\{"status":"ok"\}$/s)
  })

  it.each([
    ['HTTP/1.0 without a host', 'GET /healthz HTTP/1.0\r\n\r\n'],
    ['an upgrade, which is ignored', get('Host: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket')],
  ])('is answered: %s', async (_what, bytes) => {
    expect(await rawRequest(app.url, bytes)).toMatchObject({ statusLine: 'HTTP/1.1 200 OK' })
  })

  it('is answered in order if several arrive at once, the slowest first, with nonsense after them', async () => {
    const login = JSON.stringify({ username: 'nobody', password: 'nothing' })
    const pipeline = post(`Content-Length: ${login.length}`, login) + target('/api/posts/') + get('Host: a.test')
    const { statusLine, rest } = await rawRequest(app.url, `${pipeline}nonsense\r\n\r\n`, { until: 'close' })
    expect([statusLine, ...(rest.toString().match(/HTTP\/1\.1 \d+ \w+/g) ?? [])]).toEqual([
      'HTTP/1.1 401 Unauthorized',
      'HTTP/1.1 401 Unauthorized',
      'HTTP/1.1 200 OK',
    ])
    expect(rest.toString()).toMatch(/not provided.*\{"status":"ok"\}$/s)
  })

  it('is answered although its sender has already said that it will send no more', async () => {
    const socket = connectTo(app.url)
    socket.end(get('Host: a.test'))
    expect(await textUntilEnd(socket)).toMatch(/^HTTP\/1.1 200 OK.*\{"status":"ok"\}$/s)
    socket.destroy()
  })
})
