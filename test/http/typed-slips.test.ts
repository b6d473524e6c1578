import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendJson } from '../support/http-client.ts'
import { METRICS_TOKEN } from '../support/metrics-text.ts'
import { type SignedInApp, startSignedInApp } from './signed-in-app.ts'

describe('typing mistakes and spellings that do not matter', () => {
  let app: SignedInApp
  beforeAll(async () => {
    app = await startSignedInApp({ METRICS_TOKEN, LOGIN_WITH: 'username-or-email' })
  })
  afterAll(() => app.close())

  it.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
    'v1 and /metrics take the scheme %s (RFC 9110 §11.1)',
    async (word) => {
      const ask = async (path: string, token: string) =>
        (await sendJson(app.url, 'GET', path, { headers: { authorization: `${word} ${token}` } })).status
      expect(await ask('/api/v1/me', app.access)).toBe(200)
      expect(await ask('/metrics', METRICS_TOKEN)).toBe(200)
      expect(await ask('/api/v1/me', 'a.b.c')).toBe(401)
      expect(await ask('/api/users/profile/', app.access)).toBe(word === 'Bearer' ? 200 : 401)
    },
  )

  it.each([' ', '\t', '\n', '\u00a0', '\u3000'])(
    'v1 drops %j around names and addresses, as the classic paths do',
    async (blank) => {
      const around = (text: string) => `${blank}${text}${blank}${blank}`
      const name = `lou${blank.codePointAt(0)}`
      const password = 'correct horse 9'
      const body = { username: around(name), email: around(`${name}@example.net`), password }
      const made = await sendJson(app.url, 'POST', '/api/v1/register', { body })
      expect([made.status, made.json]).toMatchObject([201, { username: name, email: `${name}@example.net` }])
      for (const username of [name, around(name), around(`${name}@example.net`)]) {
        const { status } = await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password } })
        expect(status).toBe(200)
      }
    },
  )

  it('v1 treats a name of nothing but spaces as missing', async () => {
    const body = { username: ' \t ', password: 'correct horse 9' }
    expect(await sendJson(app.url, 'POST', '/api/v1/register', { body })).toMatchObject({
      status: 400,
      json: { code: 'invalid_fields', errors: [{ field: 'username', fault: 'minLength' }] },
    })
  })

  it('v1 keeps white space in passwords and tokens', async () => {
    const body = { username: 'kim', password: ' correct horse 9' }
    expect((await sendJson(app.url, 'POST', '/api/v1/login', { body })).status).toBe(401)
  })
})
