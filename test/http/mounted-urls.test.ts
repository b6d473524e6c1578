import { get } from 'node:http'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { proposeUrls, writeUrls } from '../../src/cli/urls/django-urls.ts'
import type { UrlMap } from '../../src/hooks/urls.ts'
import { withoutNames } from '../../src/http/openapi/names.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const [sqlite] = databases
let app: TestApp | undefined

async function start(options: { settings?: Record<string, string>; urls?: UrlMap }): Promise<TestApp> {
  if (sqlite === undefined) throw new Error('there is no database')
  app = await startTestApp({ database: sqlite, ...options })
  return app
}

afterEach(async () => {
  await app?.close()
  app = undefined
})

describe('urls', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown view', { 'api/in/': 'token_obtian_pair' }, /Did you mean token_obtain_pair\?/],
    ['a path twice', { 'api/in/': 'login', '/api/in': 'login' }, /is the same path as "api\/in\/"/],
    ['a path of Latchkey', { 'api/v1/login': 'login' }, /belongs to Latchkey itself/],
    ['no path', { 'api/ /': 'login' }, /is not a path/],
    ['a missing id', { 'api/users/x/': 'user-detail' }, /has no place for the id/],
    ['a superfluous id', { 'api/<id>/': 'login' }, /has a place for an id/],
    ['an unknown option', { 'api/in/': { view: 'login', fields: {} } }, /unknown option "fields"/],
    ['a token in members', { 'api/in/': { view: 'login', members: { access: 'x' } } }, /cannot replace/],
    ['an unknown field', { 'api/me/': { view: 'profile', profile: ['password'] } }, /unknown field in profile/],
    ['two names alike', { 'api/in/': { view: 'login', response: { a: 'x', b: 'x.y' } } }, /one name in response/],
    [
      'an unknown field',
      { 'api/in/': { view: 'token_obtain_pair', request: { usernme: 'email' } } },
      /Did you mean username\?/,
    ],
    [
      'a field for two',
      { 'api/in/': { view: 'token_obtain_pair', request: { username: 'password' } } },
      /which is another field of token_obtain_pair/,
    ],
    [
      'an unknown member',
      { 'api/in/': { view: 'token_obtain_pair', response: { acess: 'token' } } },
      /Did you mean access\?/,
    ],
    ['a prefix with a parameter', { 'api/<str:tenant>/in/': 'token_obtain_pair' }, /has a place for an id/],
    ['a path upwards', { 'api/../in/': 'token_obtain_pair' }, /is not a path/],
    ['two parameters', { 'api/<a>/<b>/': 'user-detail' }, /is not a path/],
    [
      'a name that is not a name',
      { 'api/in/': { view: 'login', request: { password: '__proto__' } } },
      /not names of fields/,
    ],
    ['methods of a view with several', { 'api/me/': { view: 'profile', methods: ['PUT'] } }, /has methods of its own/],
    ['a method that only reads', { 'api/in/': { view: 'login', methods: ['GET'] } }, /Write \['PUT'\]/],
    ['no methods', { 'api/in/': { view: 'login', methods: [] } }, /has methods other than/],
    ['optional for a login', { 'api/in/': { view: 'login', optional: ['email'] } }, /it is for register/],
    ['an unknown optional field', { 'api/up/': { view: 'register', optional: ['age'] } }, /unknown field in optional/],
    ['a link for a login', { 'api/in/<uid>/<token>/': 'login' }, /has places for the uid and the token/],
    ['a link that is not at the end', { 'api/<uid>/<token>/in/': 'password_reset_confirm' }, /is not a path/],
    ['half a link', { 'api/<token>/': 'password_reset_confirm' }, /has a place for an id/],
    [
      'another name for a part of the path',
      { 'api/x/<uid>/<token>/': { view: 'password_reset_confirm', request: { uid: 'user' } } },
      /renames uid in request/,
    ],
    [
      'an undeclared field',
      { 'api/me/': { view: 'profile', profile: ['profile.age'] } },
      /PROFILE_SCHEMA_FILE does not/,
    ],
    ['an undeclared field', { 'api/in/': { view: 'login', user: ['profile.age'] } }, /PROFILE_SCHEMA_FILE does not/],
    ['profile for a refresh', { 'api/re/': { view: 'token_refresh', profile: ['id'] } }, /registrations and logins/],
    ['a detail of another meaning', { 'api/in/': { view: 'login', detail: 'code' } }, /another member already has/],
    ['a nested detail', { 'api/in/': { view: 'login', detail: 'error.text' } }, /another member already has/],
    ['nothing to remove', { 'api/none/': null }, /there is no view at this path/],
  ])('with %s stops the start and says how to fix it', async (_fault, urls, message) => {
    await expect(start({ urls: urls as UrlMap })).rejects.toThrow(message)
  })

  it('accepts the block that is proposed for a Django project unchanged', async () => {
    const listing = [
      '/api/<version>/auth/login/',
      '/api/users/<pk>/\tdjoser.views.UserViewSet\tuser-detail',
      '/api/reset/<uidb64>/<token>/\tx.y\tpassword_reset_confirm',
      '/api/change-password/',
      '/api/orders/<pk>/items/<id>/',
      ...['Login', 'Logout', 'UserDetails', 'PasswordChange', 'PasswordReset', 'PasswordResetConfirm'].map(
        (name) => `/rest/${name.toLowerCase()}/\tdj_rest_auth.views.${name}View`,
      ),
      '/rest/registration/\tdj_rest_auth.registration.views.RegisterView',
      '/knox/login/\tknox.views.LoginView',
    ].join('\n')
    const { urls } = runInNewContext(`({${writeUrls(proposeUrls(listing))}})`) as { urls: UrlMap }
    expect(Object.keys(urls)).toHaveLength(12)
    const { url } = await start({ urls: structuredClone(urls) })
    expect((await sendJson(url, 'GET', '/api/v1/auth/login/', {})).status).toBe(405)
  })

  it.each(['/api/v1/auth/', '/api/auth/'])(
    'answers below %s as at its own path, including methods that a view does not have',
    async (prefix) => {
      const { url } = await start({ settings: { DJOSER: 'true', DJOSER_PREFIX: prefix } })
      const told = async (method: string, path: string) => {
        const { status, json, headers } = await sendJson(url, method, `${prefix}${path}`, {})
        return { status, json, allow: headers.allow?.[0], type: headers['content-type']?.[0] }
      }
      const noLogin = { detail: 'Authentication credentials were not provided.' }
      expect(await told('GET', 'users/activation/')).toMatchObject({
        status: 401,
        json: noLogin,
        allow: 'POST, OPTIONS',
      })
      expect(await told('PUT', 'users/')).toMatchObject({
        status: 401,
        json: noLogin,
        allow: 'GET, POST, HEAD, OPTIONS',
      })
      expect(await told('OPTIONS', 'users/7/')).toMatchObject({ status: 401, json: noLogin })
      expect(await told('GET', 'jwt/create')).toMatchObject({
        status: 405,
        json: { detail: 'Method "GET" not allowed.' },
      })
      expect(await told('DELETE', 'jwt/verify/')).toMatchObject({
        status: 405,
        allow: 'POST, OPTIONS',
        type: 'application/json',
      })
      expect((await told('OPTIONS', 'jwt/create/')).status).toBe(200)
      expect((await told('HEAD', 'users/me/')).status).toBe(401)
    },
  )

  it('cannot be displaced by a prefix of djoser that is taken', async () => {
    const settings = { DJOSER: 'true', DJOSER_PREFIX: '/api/v1/admin/' }
    await expect(start({ settings })).rejects.toThrow(/\/api\/v1\/admin\/users\/ belongs to Latchkey itself/)
  })

  it('appears in OpenAPI, CORS and the answers to other methods', async () => {
    const { url } = await start({
      settings: { ALLOWED_ORIGINS: 'https://app.example.com' },
      urls: { 'api/in/': { view: 'token_obtain_pair', request: { username: 'email' } } },
    })
    const { json } = await sendJson(url, 'GET', '/openapi.json', {})
    const { paths } = withoutNames(json as object) as { paths: Record<string, { post?: { requestBody?: unknown } }> }
    expect(JSON.stringify(paths['/api/in/']?.post?.requestBody)).toContain('"email"')
    expect(await sendJson(url, 'GET', '/api/in/', {})).toMatchObject({ status: 405 })
    const preflight = await fetch(`${url}/api/in/`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
  })

  it('gives the detail of its refusals the name that the front end uses', async () => {
    const urls: UrlMap = {
      'api/in/': { view: 'token_obtain_pair', detail: 'error' },
      'api/me/': { view: 'profile', detail: 'message' },
    }
    const { url } = await start({ urls })
    const body = { username: 'nobody', password: 'wrong' }
    const refused = await sendJson(url, 'POST', '/api/in/', { body })
    expect([refused.status, refused.json]).toEqual([
      401,
      { error: 'No active account found with the given credentials' },
    ])
    expect((await sendJson(url, 'GET', '/api/in/', {})).json).toEqual({ error: 'Method "GET" not allowed.' })
    expect((await sendJson(url, 'POST', '/api/in/', { body: {} })).json).toHaveProperty('username')
    const stranger = { message: 'Authentication credentials were not provided.' }
    expect((await sendJson(url, 'GET', '/api/me/', {})).json).toEqual(stranger)
    expect((await sendJson(url, 'DELETE', '/api/me/', {})).json).toEqual(stranger)
    expect((await sendJson(url, 'POST', '/api/token/', { body })).json).toHaveProperty('detail')
  })

  it('is reached by its path alone, however that is written', async () => {
    const { url } = await start({ urls: { 'api/in/': 'token_obtain_pair' } })
    const statusOf = async (path: string) => (await rawGet(url, path)).status
    for (const same of ['/api/in/', '/api/in', '/api/%69n/', '/api/in/?next=/../'])
      expect([same, await statusOf(same)]).toEqual([same, 405])
    const others = [
      '/API/in/',
      '/api//in/',
      '/api/in//',
      '/api/x/../in/',
      '/api/%2e%2e/api/in/',
      '/api%2Fin/',
      '/api/in/x',
      '/api/in%00/',
      '/api/in/%ff/',
    ]
    for (const other of others) expect([other, await statusOf(other)]).toEqual([other, 404])
  })

  it('shares the limits, events and the log of its view, at every path', async () => {
    const urls: UrlMap = {
      'api/in/': { view: 'token_obtain_pair', request: { username: 'constructor' } },
      'api/in-too/': { view: 'token_obtain_pair', request: { username: 'email', password: 'secret' } },
    }
    const { url, app: built, log } = await start({ urls, settings: { RATE_LIMITS: 'on', LOG_LEVEL: 'trace' } })
    const bodies: Record<string, string>[] = [
      { constructor: 'nobody', password: 'a-wrong-secret' },
      { email: 'nobody', secret: 'a-wrong-secret' },
    ]
    const tried: number[] = []
    for (let index = 0; index < 40 && tried.at(-1) !== 429; index++) {
      const path = ['/api/in/', '/api/in-too/'][index % 2] ?? ''
      tried.push((await sendJson(url, 'POST', path, { body: bodies[index % 2] })).status)
    }
    expect(tried.at(-1)).toBe(429)
    for (const [index, path] of ['/api/in/', '/api/in-too/', '/api/token/'].entries()) {
      const body = bodies[index] ?? { username: 'nobody', password: 'a-wrong-secret' }
      expect((await sendJson(url, 'POST', path, { body })).status).toBe(429)
    }
    const events = await built.database.read.selectFrom('audit_events').select('event').execute()
    expect(events.filter(({ event }) => event === 'login.failed')).toHaveLength(tried.length - 1)
    expect(log.join('\n')).not.toContain('a-wrong-secret')
    expect(log.join('\n')).toContain('/api/in-too/')
  })
})

/** The path exactly as it is written: `fetch` would normalise it. */
async function rawGet(url: string, path: string): Promise<{ status: number }> {
  const { port } = new URL(url)
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    }).on('error', reject)
  })
}
