import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookieHeader, cookiesOf } from '../support/cookies.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, type JsonOptions, sendJson } from '../support/http-client.ts'
import type { TestApp } from '../support/test-app.ts'
import { credentials, startSignedInApp } from './signed-in-app.ts'

const OWN = 'https://auth.example.org'
const SETTINGS = { PUBLIC_URL: OWN, ALLOWED_ORIGINS: 'https://app.example.org' }
const ACCESS = '__Host-latchkey-access'
const REFRESH = '__Host-latchkey-refresh'

/** What a page of ours sends, with these cookies. */
async function fromPage(app: TestApp, method: string, path: string, cookie: string, options: JsonOptions = {}) {
  const headers = { origin: OWN, cookie, 'x-latchkey-csrf': '1', ...options.headers }
  return sendJson(app.url, method, `/api/v1${path}`, { ...options, headers })
}

const logIn = (app: TestApp, headers: Record<string, string> = { origin: OWN }, body: object = credentials) =>
  sendJson(app.url, 'POST', '/api/v1/login', { body: { ...body, mode: 'cookie' }, headers })

const sessionsOf = async (app: TestApp, cookie: string) =>
  (await fromPage(app, 'GET', '/me/sessions', cookie)).json as { sessions: { id: string; is_current: boolean }[] }

/** A cookie of an answer. */
function tokenIn(answer: JsonAnswer, name: string): string {
  return cookiesOf(answer).find((cookie) => cookie.name === name)?.value ?? ''
}

describe.each(databases)('cookie mode on $name', (database) => {
  let app: TestApp

  beforeAll(async () => {
    app = await startSignedInApp(SETTINGS, database)
  })
  afterAll(() => app.close())

  it('puts the tokens where no script can read them, and not into the body', async () => {
    const answer = await logIn(app)
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': ['no-store'] } })
    expect(answer.json).toEqual({ mode: 'cookie', expires_in: 300, refresh_expires_in: 86_400 })
    const common = ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']
    const jwt = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(cookiesOf(answer)).toEqual([
      { name: ACCESS, value: jwt, attributes: ['Max-Age=300', ...common] },
      { name: REFRESH, value: jwt, attributes: ['Max-Age=86400', ...common] },
    ])
  })

  it('authenticates the caller on every kind of route', async () => {
    const cookie = cookieHeader(await logIn(app))
    expect(await fromPage(app, 'GET', '/me', cookie)).toMatchObject({
      status: 200,
      json: { username: 'kim' },
      headers: { vary: ['Origin, Authorization, Cookie'] },
    })
    const changed = await fromPage(app, 'PATCH', '/me', cookie, { body: { first_name: 'Kim' } })
    expect(changed).toMatchObject({ status: 200, json: { first_name: 'Kim' } })
    expect(await fromPage(app, 'GET', '/admin/sessions?account_id=1', cookie)).toMatchObject({ status: 403 })
  })

  it('gives new cookies for the refresh token in a cookie, once', async () => {
    const before = await logIn(app)
    const after = await fromPage(app, 'POST', '/refresh', cookieHeader(before))
    expect(after).toMatchObject({ status: 200, json: { mode: 'cookie', expires_in: 300 } })
    expect(after.text).not.toContain('ey')
    expect(tokenIn(after, REFRESH)).not.toBe(tokenIn(before, REFRESH))
    expect((await fromPage(app, 'GET', '/me', cookieHeader(before, after))).status).toBe(200)
    app.clock.advance(11_000)
    const replayed = await fromPage(app, 'POST', '/refresh', cookieHeader(before))
    expect(replayed).toMatchObject({ status: 401, json: { code: 'replayed' } })
    expect(cookiesOf(replayed)).toEqual([])
    expect((await fromPage(app, 'GET', '/me', cookieHeader(after))).status).toBe(401)
  })

  it('gives two tabs that refresh at once the same successor', async () => {
    const cookie = cookieHeader(await logIn(app))
    const tabs = await Promise.all(Array.from({ length: 8 }, () => fromPage(app, 'POST', '/refresh', cookie)))
    expect(tabs.map(({ status }) => status)).toEqual(tabs.map(() => 200))
    expect(new Set(tabs.map((tab) => tokenIn(tab, REFRESH))).size).toBe(1)
    for (const tab of tabs) expect((await fromPage(app, 'GET', '/me', cookieHeader(tab))).status).toBe(200)
  })

  it('logs out: the session ends and the browser forgets both cookies', async () => {
    const cookie = cookieHeader(await logIn(app))
    const answer = await fromPage(app, 'POST', '/logout', cookie)
    expect(answer).toMatchObject({ status: 204, text: '' })
    const forgotten = { value: '', attributes: ['Max-Age=0', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'] }
    expect(cookiesOf(answer)).toEqual([
      { name: ACCESS, ...forgotten },
      { name: REFRESH, ...forgotten },
    ])
    expect(await fromPage(app, 'GET', '/me', cookie)).toMatchObject({ status: 401, json: { code: 'logout' } })
    const again = await fromPage(app, 'POST', '/logout', cookie)
    expect([again.status, cookiesOf(again).length]).toEqual([401, 2])
  })

  it('never authenticates a request as two users: only a token in the header or the body counts, valid or not', async () => {
    const cookie = cookieHeader(await logIn(app))
    const other = { username: 'lou', password: 'another horse 9' }
    await sendJson(app.url, 'POST', '/api/users/', { body: other })
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', { body: other })
    const lou = json as { access_token: string; refresh_token: string }
    expect(await fromPage(app, 'GET', '/me', cookie, { token: lou.access_token })).toMatchObject({
      json: { username: 'lou' },
    })
    for (const token of ['a.b.c', `${lou.access_token}x`]) {
      expect((await fromPage(app, 'GET', '/me', cookie, { token })).status).toBe(401)
    }
    const body = { refresh_token: lou.refresh_token }
    const refreshed = await fromPage(app, 'POST', '/refresh', cookie, { body })
    expect(refreshed).toMatchObject({ status: 200, json: { refresh_token: expect.any(String) } })
    const spoilt = await fromPage(app, 'POST', '/refresh', cookie, { body: { refresh_token: 'a.b.c' } })
    expect(spoilt.status).toBe(401)
    expect([...cookiesOf(refreshed), ...cookiesOf(spoilt)]).toEqual([])
    expect((await fromPage(app, 'GET', '/me', cookie)).json).toMatchObject({ username: 'kim' })
  })

  it('starts a new session at each login, whatever cookies existed before', async () => {
    const planted = cookieHeader(await logIn(app))
    const [before] = (await sessionsOf(app, planted)).sessions.filter((one) => one.is_current)
    const answer = await logIn(app, { origin: OWN, cookie: planted })
    const [after] = (await sessionsOf(app, cookieHeader(answer))).sessions.filter((one) => one.is_current)
    expect(after?.id).not.toBe(before?.id)
    expect(tokenIn(answer, REFRESH)).not.toBe('')
    for (const made of ['fixed', `${ACCESS}`, 'a.b.c']) {
      const cookie = `${ACCESS}=${made}; ${REFRESH}=${made}`
      expect((await logIn(app, { origin: OWN, cookie })).status).toBe(200)
      expect((await fromPage(app, 'GET', '/me', cookie)).status).toBe(401)
      expect((await fromPage(app, 'POST', '/refresh', cookie)).status).toBe(401)
    }
  })

  it('does not accept either token in place of the other', async () => {
    const answer = await logIn(app)
    const [access, refresh] = [tokenIn(answer, ACCESS), tokenIn(answer, REFRESH)]
    const swapped = `${ACCESS}=${refresh}; ${REFRESH}=${access}`
    expect((await fromPage(app, 'GET', '/me', swapped)).status).toBe(401)
    expect((await fromPage(app, 'POST', '/refresh', swapped)).status).toBe(401)
    expect((await fromPage(app, 'GET', '/me', cookieHeader(answer))).status).toBe(200)
  })

  it('leaves the classic contract, and routes without a login, unchanged', async () => {
    const cookie = cookieHeader(await logIn(app))
    expect((await sendJson(app.url, 'GET', '/api/users/profile/', { headers: { cookie } })).status).toBe(401)
    expect((await sendJson(app.url, 'POST', '/api/token/refresh/', { body: {}, headers: { cookie } })).status).toBe(400)
    for (const path of ['/refresh', '/logout']) {
      const nobody = await fromPage(app, 'POST', path, '')
      expect(nobody).toMatchObject({ status: 401, json: { code: 'not_authenticated' } })
      expect(nobody.headers['www-authenticate']).toEqual(['Bearer realm="api"'])
    }
    const mode = await sendJson(app.url, 'POST', '/api/v1/login', { body: { ...credentials, mode: 'jar' } })
    expect(mode).toMatchObject({ status: 400, json: { errors: [{ field: 'mode' }] } })
  })

  it('sets no cookie at a login that fails', async () => {
    const answer = await logIn(app, { origin: OWN }, { ...credentials, password: 'wrong horse 9' })
    expect([answer.status, cookiesOf(answer)]).toEqual([401, []])
  })

  it.each([
    ['twice', (name: string, value: string) => `${name}=${value}; ${name}=${value}`],
    ['twice, once empty', (name: string, value: string) => `${name}=; ${name}=${value}`],
    ['in quotes', (name: string, value: string) => `${name}="${value}"`],
    ['huge', (name: string, value: string) => `${name}=${value}${'a'.repeat(9_000)}`],
    ['in capitals', (name: string, value: string) => `${name.toUpperCase()}=${value}`],
    ['without its prefix', (name: string, value: string) => `${name.replace('__Host-', '')}=${value}`],
    ['with another prefix', (name: string, value: string) => `${name.replace('__Host-', '__Secure-')}=${value}`],
    ['as a name', (name: string, value: string) => `${name}${value}`],
    ['behind commas', (name: string, value: string) => `a=b, ${name}=${value}`],
    ['with spaces inside', (name: string, value: string) => `${name} = ${value}`],
    ['encoded', (name: string, value: string) => `${name}=${value.replaceAll('.', '%2E')}`],
    ['with __proto__', (name: string, value: string) => `__proto__=${name}=${value}`],
    ['among thousands', (name: string, value: string) => `${'a=b;'.repeat(3_000)}x${name}=${value}`],
    ['as nothing but punctuation', () => ';;;===;= ;"'],
  ])('does not authenticate a token that comes %s', async (_manner, spoil) => {
    const answer = await logIn(app)
    for (const [method, path, name] of [
      ['GET', '/me', ACCESS],
      ['POST', '/refresh', REFRESH],
      ['POST', '/logout', REFRESH],
    ] as const) {
      const { status } = await fromPage(app, method, path, spoil(name, tokenIn(answer, name)))
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
    expect((await fromPage(app, 'GET', '/me', cookieHeader(answer))).status).toBe(200)
  })

  it('writes no token into the log', async () => {
    const answer = await logIn(app)
    await fromPage(app, 'POST', '/refresh', cookieHeader(answer))
    await fromPage(app, 'GET', '/me', `${cookieHeader(answer)}; ${cookieHeader(answer)}`)
    await fromPage(app, 'POST', '/logout', cookieHeader(answer), { headers: { origin: 'https://evil.test' } })
    const log = app.log.join('')
    const pieces = cookiesOf(answer).flatMap(({ value }) => value.split('.'))
    expect(pieces.filter((piece) => log.includes(piece))).toEqual([])
    expect(log).toContain('csrf_check_failed')
  })
})
