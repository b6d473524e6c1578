import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookieHeader, cookiesOf } from '../support/cookies.ts'
import { sendJson } from '../support/http-client.ts'
import { credentials, type SignedInApp, startSignedInApp } from './signed-in-app.ts'

const OWN = 'https://auth.example.org'
const LISTED = 'https://app.example.org'
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' }
const JSON_TYPE = { 'content-type': 'application/json' }
const HEADER = { 'x-latchkey-csrf': '1' }

describe('a request with cookies that changes something', () => {
  let app: SignedInApp
  let cookie: string

  beforeAll(async () => {
    app = await startSignedInApp({ PUBLIC_URL: OWN, ALLOWED_ORIGINS: `${LISTED}, capacitor://localhost` })
    const body = { ...credentials, mode: 'cookie' }
    cookie = cookieHeader(await sendJson(app.url, 'POST', '/api/v1/login', { body }))
  })
  afterAll(() => app.close())

  const ask = (method: string, path: string, headers: Record<string, string>) =>
    sendJson(app.url, method, `/api/v1${path}`, { headers: { cookie, ...headers } })

  const POST = ['POST', '/me/sessions/end-others'] as const
  const DELETE = ['DELETE', '/me/sessions/nobodys'] as const

  it.each([
    ['the server’s own origin and the header', { origin: OWN, ...HEADER }],
    ['the server’s own origin and a JSON body', { origin: OWN, ...JSON_TYPE }],
    ['a JSON body with a charset', { origin: OWN, 'content-type': 'application/json; charset=utf-8' }],
    ['a listed origin', { origin: LISTED, ...HEADER }],
    ["a listed app's origin", { origin: 'capacitor://localhost', ...HEADER }],
    ['a listed origin of another site', { origin: LISTED, 'sec-fetch-site': 'cross-site', ...HEADER }],
    ['no Origin but the browser’s word that it is the same', { ...SAME_ORIGIN, ...HEADER }],
  ])('is allowed with %s', async (_case, headers) => {
    expect((await ask(...POST, headers)).status).toBe(200)
    expect((await ask(...DELETE, headers)).status).toBe(404)
  })

  it.each([
    ['nothing that says where it comes from', { ...HEADER }],
    ['another origin', { origin: 'https://evil.test', ...HEADER }],
    ['another origin, whatever else it says', { origin: 'https://evil.test', ...SAME_ORIGIN, ...HEADER }],
    ['the opaque origin', { origin: 'null', ...SAME_ORIGIN, ...HEADER }],
    ['an empty origin', { origin: '', ...HEADER }],
    ['the server’s own origin over http', { origin: 'http://auth.example.org', ...HEADER }],
    ['the server’s own origin on another port', { origin: `${OWN}:8443`, ...HEADER }],
    ['the server’s own origin as the beginning of another', { origin: `${OWN}.evil.test`, ...HEADER }],
    ['the server’s own origin as the end of another', { origin: 'https://evil-auth.example.org', ...HEADER }],
    ['another host of the domain', { origin: 'https://blog.example.org', 'sec-fetch-site': 'same-site', ...HEADER }],
    ['two origins', { origin: `${OWN}, https://evil.test`, ...HEADER }],
    ['only a Referer', { referer: `${OWN}/page`, ...HEADER }],
    ['a Host chosen by the client', { 'x-forwarded-host': 'evil.test', origin: 'https://evil.test', ...HEADER }],
    ['the same site', { 'sec-fetch-site': 'same-site', ...HEADER }],
    ['another site', { 'sec-fetch-site': 'cross-site', ...HEADER }],
    ['no site', { 'sec-fetch-site': 'none', ...HEADER }],
  ])('is refused with %s', async (_case, headers) => {
    for (const [method, path] of [POST, DELETE, ['PATCH', '/me'], ['POST', '/refresh'], ['POST', '/logout']]) {
      const answer = await ask(method, path, { ...headers, ...JSON_TYPE })
      expect(answer).toMatchObject({ status: 403, json: { code: 'csrf_check_failed' } })
      expect(cookiesOf(answer)).toEqual([])
    }
  })

  it.each([
    ['nothing', {}],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a text', { 'content-type': 'text/plain; application/json' }],
    ['a text with a JSON suffix', { 'content-type': 'text/plain,application/json' }],
  ])('is refused as a POST that needs no preflight: with %s', async (_case, headers) => {
    for (const path of ['/me/sessions/end-others', '/refresh', '/logout']) {
      const { status } = await ask('POST', path, { origin: OWN, ...headers })
      expect([403, 415]).toContain(status)
    }
    expect((await ask('GET', '/me', {})).status).toBe(200)
  })

  it('is not checked if it changes nothing, or if a token is in the header', async () => {
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', { body: credentials })
    const authorization = `Bearer ${(json as { access_token: string }).access_token}`
    for (const headers of [{}, { origin: 'https://evil.test' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await ask('GET', '/me', headers)).status).toBe(200)
      expect((await ask('HEAD', '/me', headers)).status).toBe(200)
      expect((await ask(...DELETE, { ...headers, authorization })).status).toBe(404)
    }
  })

  it('is refused before anything else is checked', async () => {
    const headers = { origin: 'https://evil.test', cookie: '__Host-latchkey-access=a.b.c' }
    expect((await sendJson(app.url, 'PATCH', '/api/v1/me', { headers })).status).toBe(403)
    expect((await sendJson(app.url, 'PATCH', '/api/v1/me', { headers: { ...headers, cookie: '' } })).status).toBe(401)
  })

  it('may send a preflight from a listed origin, with its cookies and the header', async () => {
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-latchkey-csrf' }
    expect(await ask('OPTIONS', '/me', { origin: LISTED, ...asked, cookie: '' })).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': [LISTED],
        'access-control-allow-credentials': ['true'],
        'access-control-allow-headers': [expect.stringContaining('x-latchkey-csrf')],
      },
    })
    expect((await ask('GET', '/me', { origin: LISTED })).headers).toMatchObject({
      'access-control-allow-origin': [LISTED],
      'access-control-allow-credentials': ['true'],
    })
    for (const origin of ['https://evil.test', 'null', OWN]) {
      const { headers } = await ask('OPTIONS', '/me', { origin, ...asked })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  describe('and a login', () => {
    const logIn = (headers: Record<string, string>, mode = 'cookie') =>
      sendJson(app.url, 'POST', '/api/v1/login', { body: { ...credentials, mode }, headers })

    it.each([{}, { origin: OWN }, { origin: LISTED }, SAME_ORIGIN])('sets cookies with %o', async (headers) => {
      expect(cookiesOf(await logIn(headers))).toHaveLength(2)
    })

    it.each([{ origin: 'https://evil.test' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
      'sets none with %o: a foreign page logs nobody in',
      async (headers) => {
        const answer = await logIn(headers)
        expect(answer).toMatchObject({ status: 403, json: { code: 'csrf_check_failed' } })
        expect(cookiesOf(answer)).toEqual([])
      },
    )

    it('must be JSON, which no page may send elsewhere without a preflight', async () => {
      const body = { ...credentials, mode: 'cookie' }
      const headers = { 'content-type': 'text/plain' }
      expect((await sendJson(app.url, 'POST', '/api/v1/login', { body, headers })).status).toBe(415)
    })
  })
})

describe('cookies', () => {
  const settled: { settings: Record<string, string>; names: string[]; attributes: string[][] }[] = [
    {
      settings: { PUBLIC_URL: OWN, COOKIE_DOMAIN: 'example.org' },
      names: ['__Secure-latchkey-access', '__Host-latchkey-refresh'],
      attributes: [
        ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Domain=example.org'],
        ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict'],
      ],
    },
    ...['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000'].map((PUBLIC_URL) => ({
      settings: { PUBLIC_URL },
      names: ['latchkey-access', 'latchkey-refresh'],
      attributes: [
        ['Path=/', 'HttpOnly', 'SameSite=Strict'],
        ['Path=/', 'HttpOnly', 'SameSite=Strict'],
      ],
    })),
  ]

  it.each(settled)('follow from $settings', async ({ settings, names, attributes }) => {
    const app = await startSignedInApp(settings)
    const headers = { origin: settings.PUBLIC_URL ?? '' }
    const answer = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { ...credentials, mode: 'cookie' },
      headers,
    })
    const cookie = cookieHeader(answer)
    const refreshed = await sendJson(app.url, 'POST', '/api/v1/refresh', { body: {}, headers: { ...headers, cookie } })
    const me = await sendJson(app.url, 'GET', '/api/v1/me', { headers: { cookie } })
    await app.close()
    const set = cookiesOf(answer)
    expect(set.map(({ name }) => name)).toEqual(names)
    expect(set.map((one) => one.attributes.slice(1))).toEqual(attributes)
    expect([refreshed.status, me.status]).toEqual([200, 200])
    const says = app.log.join('').includes('cookies without Secure')
    expect(says).toBe(settings.PUBLIC_URL !== OWN)
  })

  it.each(['http://auth.example.org', 'http://192.168.1.5:8000', 'http://localhost.example.org'])(
    'are neither set nor read at %s, where anybody in between could read them',
    async (PUBLIC_URL) => {
      const app = await startSignedInApp({ PUBLIC_URL })
      const body = { ...credentials, mode: 'cookie' }
      const answer = await sendJson(app.url, 'POST', '/api/v1/login', { body })
      const cookie = ['', '__Host-', '__Secure-'].map((prefix) => `${prefix}latchkey-access=${app.access}`).join('; ')
      const me = await sendJson(app.url, 'GET', '/api/v1/me', { headers: { cookie } })
      await app.close()
      expect(answer).toMatchObject({ status: 400, json: { code: 'cookies_need_https' } })
      expect([cookiesOf(answer), me.status]).toEqual([[], 401])
    },
  )
})
