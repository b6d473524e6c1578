import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, logIn, logOut, PASSWORD, refresh, type V1Tokens } from '../support/v1-client.ts'

const [anyDatabase] = databases

describe('v1', () => {
  let app: TestApp

  beforeAll(async () => {
    if (anyDatabase === undefined) throw new Error('there is no database')
    app = await startTestApp({ database: anyDatabase })
    await addAccount(app, 'ann')
  })
  afterAll(() => app.close())

  it('logs in, refreshes and logs out with tokens in the body', async () => {
    const tokens = await logIn(app, 'ann')
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 300,
      refresh_expires_in: 86_400,
    })
    const refreshed = await refresh(app, tokens.refresh_token)
    expect(refreshed).toMatchObject({ status: 200, json: { token_type: 'Bearer', expires_in: 300 } })
    expect(refreshed.headers['cache-control']).toEqual(['no-store'])
    const { refresh_token } = refreshed.json as V1Tokens
    const out = await logOut(app, refresh_token)
    expect([out.status, out.text]).toEqual([204, ''])
    const again = await logOut(app, refresh_token)
    expect([again.status, codeOf(again)]).toEqual([401, 'logout'])
  })

  it('is reached with and without a final slash', async () => {
    const body = { username: 'ann', password: PASSWORD }
    expect((await sendJson(app.url, 'POST', '/api/v1/login/', { body })).status).toBe(200)
  })

  it('reports errors as problems', async () => {
    const answer = await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ann', password: 'wrong' } })
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toEqual(['application/problem+json; charset=utf-8'])
    expect(answer.headers['www-authenticate']).toEqual(['Bearer realm="api"'])
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'No active account matches these credentials.',
      status: 401,
      code: 'no_active_account',
    })
  })

  it.each([
    [{}, ['username', 'password']],
    [{ username: 'ann' }, ['password']],
    [{ username: 7, password: ['x'] }, ['username', 'password']],
    [{ username: '', password: 'x' }, ['username']],
    [{ username: 'a\0b', password: 'x' }, ['username']],
    [{ username: 'ann', password: '\ud800' }, ['password']],
  ])('names the faulty fields of %j', async (body, fields) => {
    const answer = await sendJson(app.url, 'POST', '/api/v1/login', { body })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
    const { errors } = answer.json as { errors: { field: string }[] }
    expect([...new Set(errors.map(({ field }) => field))].sort()).toEqual([...fields].sort())
  })

  it.each([
    ['application/json', '{"username":', 400, 'invalid_request'],
    ['application/json', '["a"]', 400, 'invalid_request'],
    ['application/json', 'null', 400, 'invalid_request'],
    ['application/json', Buffer.from('{"username":"\xff"}', 'latin1'), 400, 'invalid_request'],
    ['application/json', '['.repeat(100_000), 400, 'invalid_request'],
    ['text/plain', '{"username":"ann","password":"x"}', 415, 'unsupported_media_type'],
    ['application/x-www-form-urlencoded', 'username=ann&password=x', 415, 'unsupported_media_type'],
    ['application/json\ta', '{"username":7}', 415, 'unsupported_media_type'],
  ])('refuses %s with %s', async (type, payload, status, code) => {
    const headers = { 'content-type': type }
    const answer = await app.app.server.inject({ method: 'POST', url: '/api/v1/login', headers, payload })
    expect([answer.statusCode, (answer.json() as { code: string }).code]).toEqual([status, code])
  })

  it.each([
    ['GET', '/api/v1/login', 'POST'],
    ['PUT', '/api/v1/me/sessions/', 'GET, HEAD, DELETE'],
    ['GET', '/api/v1/me/sessions/abc', 'DELETE'],
    ['OPTIONS', '/api/v1/refresh', 'POST'],
    ['GET', '/api/v1/logi%6e', 'POST'],
  ])('refuses %s %s, and lists the allowed methods', async (method, path, allow) => {
    const answer = await sendJson(app.url, method, path)
    expect([answer.status, codeOf(answer), answer.headers.allow]).toEqual([405, 'method_not_allowed', [allow]])
  })

  it.each(['/api/v1', '/api/v1/', '/api/v1/nothing', '/api/v1/me/sessions/a/b', '/api/v1//login', '/api/v1/Login'])(
    'has nothing at %s',
    async (path) => {
      const answer = await sendJson(app.url, 'POST', path, { body: {} })
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
    },
  )

  it('requires an access token for protected routes, in the header only', async () => {
    const { access_token, refresh_token } = await logIn(app, 'ann')
    const none = await sendJson(app.url, 'GET', `/api/v1/me/sessions?access_token=${access_token}`)
    expect([none.status, codeOf(none)]).toEqual([401, 'not_authenticated'])
    expect(none.headers['www-authenticate']).toEqual(['Bearer realm="api"'])
    const wrongKind = await sendJson(app.url, 'GET', '/api/v1/me/sessions', { token: refresh_token })
    expect([wrongKind.status, codeOf(wrongKind)]).toEqual([401, 'token_of_wrong_type'])
    expect(wrongKind.headers['www-authenticate']).toEqual(['Bearer realm="api", error="invalid_token"'])
    const twoWords = await sendJson(app.url, 'GET', '/api/v1/me/sessions', { token: `${access_token} x` })
    expect(codeOf(twoWords)).toBe('bad_authorization_header')
    expect((await refresh(app, access_token)).status).toBe(401)
  })

  it('puts into access tokens what the manual lists, and nothing else', async () => {
    const { access_token, refresh_token } = await logIn(app, 'ann')
    const own = ['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub', 'token_type', 'user_id'].filter(
      (name) => name !== 'aud',
    )
    expect(Object.keys(claimsOf(access_token)).sort()).toEqual(own)
    expect(Object.keys(claimsOf(refresh_token)).sort()).toEqual(own)
  })

  it('keeps the refresh token if ROTATE_REFRESH_TOKENS is off', async () => {
    const lasting = await app.another({ ROTATE_REFRESH_TOKENS: 'false' })
    const tokens = await logIn(lasting, 'ann')
    const answer = await refresh(lasting, tokens.refresh_token)
    expect(Object.keys(answer.json as object)).toEqual(['access_token', 'token_type', 'expires_in'])
  })
})
