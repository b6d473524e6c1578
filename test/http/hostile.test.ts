import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../conformance/tokens.ts'
import { databases } from '../support/databases.ts'
import { send, sendJson, type WireAnswer, type WireRequest } from '../support/http-client.ts'
import { TEST_SECRET_KEY } from '../support/test-app.ts'
import { hostileClaims, hostileRequests } from './hostile-requests.ts'
import { type SignedInApp, startSignedInApp } from './signed-in-app.ts'

/** The answer has the form of its contract, and is not an internal error. */
function expectContract({ method, path }: WireRequest, { status, headers, body }: WireAnswer): void {
  expect(status, `${method} ${path}: ${body}`).toBeLessThan(500)
  if (method === 'HEAD' || body.length === 0) return
  expect(headers['content-type']?.[0]).toMatch(
    path.startsWith('/api/v1') && status >= 400 ? /^application\/problem\+json/ : /^application\/(jwk-set\+)?json/,
  )
  const answer: unknown = JSON.parse(body.toString())
  expect(answer).toBeTypeOf('object')
  if (status < 400) return
  const messages = Object.values(answer as object).flat()
  expect(messages.length, `${method} ${path}`).toBeGreaterThan(0)
  expect(body.toString()).not.toMatch(/FST_|ERR_|SQLITE|node_modules|at \w+ \(|\bselect\b|\binsert\b|\$argon2/)
}

describe.each(databases)('hostile requests on $name', (database) => {
  let app: SignedInApp
  let paths: string[]

  beforeAll(async () => {
    const settings = { COMPATIBILITY: 'simplejwt', HASH_QUEUE_LIMIT: '10000' }
    app = await startSignedInApp(settings, database)
    const { json } = await sendJson(app.url, 'GET', '/openapi.json')
    paths = Object.keys((json as { paths: object }).paths)
    expect(paths).toContain('/api/posts/{id}/')
  })
  afterAll(() => app.close())

  it('get an answer of the contract, whatever they contain', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRequests(paths, app.access), async (request) => {
        expectContract(request, await send(app.url, request))
      }),
      { numRuns: 1_500 },
    )
  })

  it('get 401 for a token that we signed, whatever it claims', async () => {
    await fc.assert(
      fc.asyncProperty(hostileClaims(app.clock.now()), async (claims) => {
        const token = signToken({ header: { alg: 'HS256', typ: 'JWT' }, claims }, TEST_SECRET_KEY)
        const statuses = await Promise.all([
          sendJson(app.url, 'GET', '/api/users/profile/', { headers: { authorization: `Bearer ${token}` } }),
          sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: token } }),
          sendJson(app.url, 'POST', '/api/token/blacklist/', { body: { refresh: token } }),
          sendJson(app.url, 'POST', '/api/token/verify/', { body: { token } }),
        ])
        const [profile, refresh, ...ending] = statuses.map(({ status }) => status)
        expect([profile, refresh]).toEqual([401, 401])
        for (const status of ending) expect([200, 400, 401]).toContain(status)
      }),
      { numRuns: 250 },
    )
  })

  const KINDS: [string, string, string][] = [
    ['JSON a hundred thousand deep', '['.repeat(100_000), 'JSON parse error'],
    ['objects a hundred thousand deep', '{"a":'.repeat(100_000), 'JSON parse error'],
    ['a name that is deep', `{"username":${'['.repeat(980)}${']'.repeat(980)},"password":"a"}`, 'Not a valid string'],
    ['ten thousand keys', keys(10_000, (index) => `k${index}`), 'This field is required'],
    ['the same key ten thousand times', keys(10_000, () => 'username'), 'may not be null'],
    ['a number of a million digits', `{"username":${'1'.repeat(1_000_000)},"password":"a"}`, 'JSON parse error'],
    ['a million escapes', `{"username":"${'\\u0000'.repeat(160_000)}","password":"a"}`, 'Null characters'],
    ['a million blanks', `{"username":"${' '.repeat(1_000_000)}","password":"a"}`, 'may not be blank'],
    ['a byte order mark', '\ufeff{}', 'JSON parse error'],
    ['NaN', '{"username":NaN}', 'JSON parse error'],
    ['no end', '{"username":"', 'JSON parse error'],
  ]

  it.each(KINDS)('are refused at once: %s', async (_what, text, message) => {
    const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }
    const request = { method: 'POST', path: '/api/login/', headers: Object.entries(headers), body: Buffer.from(text) }
    const work = workSoFar()
    const answer = await send(app.url, request)
    expect(work()).toBeLessThan(2_000)
    expect([answer.status, answer.body.toString()]).toEqual([400, expect.stringContaining(message)])
  })

  it('are refused at once: a token that is a megabyte of dots', async () => {
    for (const token of ['.'.repeat(1_000_000), `${'.'.repeat(4)}`, `${app.access}${'.'.repeat(900_000)}`]) {
      for (const [path, body] of [
        ['/api/token/verify/', { token }],
        ['/api/token/refresh/', { refresh: token }],
      ] as const) {
        expect(await sendJson(app.url, 'POST', path, { body })).toMatchObject({
          status: 401,
          json: { detail: 'Token is invalid or expired', code: 'token_not_valid' },
        })
      }
    }
  })

  it('are hashed in no time: a password of a megabyte', async () => {
    const work = workSoFar()
    const password = 'x'.repeat(1_000_000)
    expect(await sendJson(app.url, 'POST', '/api/login/', { body: { username: 'kim', password } })).toMatchObject({
      status: 401,
    })
    expect(work()).toBeLessThan(2_000)
  })

  it('are refused if they have ten megabytes, before all of them are read', async () => {
    const body = Buffer.alloc(10_000_000, ' ')
    for (const framing of [
      ['content-length', String(body.length)],
      ['transfer-encoding', 'chunked'],
    ] as [string, string][]) {
      const headers: [string, string][] = [['content-type', 'application/json'], framing]
      const answer = await send(app.url, { method: 'POST', path: '/api/login/', headers, body })
      expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
        413,
        { detail: 'Request body is too large.' },
      ])
    }
  })

  it('pollute no prototype and name no account but the caller', async () => {
    const hostile =
      '{"username":"eve","password":"correct horse 9","__proto__":{"is_staff":true,"isStaff":true},"id":1}'
    const headers = { 'content-type': 'application/json', 'content-length': String(hostile.length) }
    const path = '/api/users/'
    const created = await send(app.url, {
      method: 'POST',
      path,
      headers: Object.entries(headers),
      body: Buffer.from(hostile),
    })
    expect([created.status, JSON.parse(created.body.toString())]).toEqual([
      201,
      { id: expect.any(Number), username: 'eve' },
    ])
    expect(JSON.parse(created.body.toString()).id).not.toBe(1)
    expect({}).not.toHaveProperty('is_staff')
    const body = { title: 'a', content: 'b', author: 'eve', author_id: 2, user_id: 2, id: 77, created_at: '1970-01-01' }
    const post = await sendJson(app.url, 'POST', '/api/posts/', { token: app.access, body })
    expect(post.json).toMatchObject({ author: 'kim', created_at: expect.not.stringContaining('1970') })
  })

  it('leave the server running and its log without an error', async () => {
    expect(await sendJson(app.url, 'GET', '/readyz')).toMatchObject({ status: 200 })
    const login = { body: { username: 'kim', password: 'correct horse 9' } }
    expect(await sendJson(app.url, 'POST', '/api/login/', login)).toMatchObject({ status: 200 })
    expect(
      app.log
        .join('')
        .split('\n')
        .filter((line) => /"level":[56]0/.test(line)),
    ).toEqual([])
  })
})

function keys(count: number, name: (index: number) => string): string {
  return `{${Array.from({ length: count }, (_, index) => `"${name(index)}":null`).join(',')},"password":"a"}`
}

/** Measures processor time, in milliseconds: a clock would measure this machine. @returns what it was since */
function workSoFar(): () => number {
  const before = process.cpuUsage()
  return () => process.cpuUsage(before).user / 1_000
}
