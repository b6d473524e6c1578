import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CookieOptions, RequestLike } from '../src/verifier.ts'
import { outcomeOf, startIssuer } from './support/issuer.ts'

const NONE = '401 not_authenticated'
const MALFORMED = '401 bad_authorization_header'
const FORGED = '403 csrf_check_failed'
const PAGE = 'https://app.example.org'

describe('a token is taken from', () => {
  it('a string, a web request, the headers of Node, or anything with headers', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    const authorization = `Bearer ${token}`
    const requests: (RequestLike | string)[] = [
      token,
      new Request('https://api.example.org/', { headers: { authorization } }),
      { headers: new Headers({ authorization }) },
      { headers: { authorization } },
      { headers: { authorization: [authorization] } },
      { headers: { authorization: `bearer \t ${token}  ` } },
    ]
    for (const request of requests) expect(await outcomeOf(verifier.verify(request))).toBe('verified')
  })

  it('a request of node:http', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const server = createServer(async (request, response) => response.end(await outcomeOf(verifier.verify(request))))
    server.listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const ask = async (headers: Record<string, string>) => (await fetch(url, { headers })).text()
    expect(await ask({ authorization: `Bearer ${await issuer.token()}` })).toBe('verified')
    expect(await ask({})).toBe(NONE)
  })

  it('no query, no other scheme, and no prototype', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.token()
    const requests = [
      new Request(`https://api.example.org/?access_token=${token}`),
      { headers: {} },
      { headers: { authorization: '' } },
      { headers: { authorization: 'Basic YTpi' } },
      { headers: { authorization: `Bearer${token}` } },
      { headers: Object.create({ authorization: `Bearer ${token}` }) },
      '',
      undefined,
      null,
    ]
    for (const request of requests) expect(await outcomeOf(verifier.verify(request))).toBe(NONE)
  })

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'bearer a, Bearer b'])('no header such as %j', async (authorization) => {
    const issuer = await startIssuer()
    expect(await outcomeOf(issuer.verifier().verify({ headers: { authorization } }))).toBe(MALFORMED)
    const twice = { headers: { authorization: [`Bearer ${await issuer.token()}`, 'Bearer x'] } }
    expect(await outcomeOf(issuer.verifier().verify(twice))).toBe(MALFORMED)
  })

  it('the schemes that the deployment has', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ schemes: ['JWT', 'Token'] })
    const token = await issuer.token()
    for (const scheme of ['JWT', 'token']) {
      expect(await outcomeOf(verifier.verify({ headers: { authorization: `${scheme} ${token}` } }))).toBe('verified')
    }
    expect(await outcomeOf(verifier.verify({ headers: { authorization: `Bearer ${token}` } }))).toBe(NONE)
  })

  it.each([[7], [true], [{}], [[]], [{ headers: 'x' }]])(
    'not %j, which is an error in the program',
    async (presented) => {
      const issuer = await startIssuer()
      await expect(issuer.verifier().verify(presented as never)).rejects.toThrow(TypeError)
    },
  )
})

describe('a cookie', () => {
  const cookies: CookieOptions = { allowedOrigins: [PAGE], name: '__Host-latchkey-access' }

  async function start(options: Partial<CookieOptions> = {}) {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ cookies: { ...cookies, ...options } })
    const token = await issuer.token()
    const ask = (headers: Record<string, string>, method?: string) =>
      outcomeOf(verifier.verify({ headers, ...(method !== undefined && { method }) }))
    return { issuer, token, ask, cookie: `__Host-latchkey-access=${token}` }
  }

  it('lets its browser in, unless it came twice', async () => {
    const { ask, cookie, token } = await start()
    for (const header of [cookie, `a=1; ${cookie}; b=2`, `a=1;\t${cookie}`]) {
      expect(await ask({ cookie: header }, 'GET')).toBe('verified')
    }
    expect(await ask({ cookie: `${cookie}; ${cookie}` }, 'GET')).toBe('401 token_not_valid')
    for (const other of [
      `\u00a0${cookie}`,
      `x${cookie}`,
      `__host-latchkey-access=${token}`,
      '__Host-latchkey-access=',
    ]) {
      expect(await ask({ cookie: other }, 'GET')).toBe(NONE)
    }
  })

  it('is ignored if there is a token in the header, even a bad one', async () => {
    const { ask, cookie } = await start()
    expect(await ask({ cookie, authorization: 'Bearer junk' }, 'GET')).toBe('401 token_not_valid')
    expect(await ask({ cookie, authorization: 'Bearer' }, 'GET')).toBe(MALFORMED)
    expect(await ask({ cookie, authorization: 'Basic YTpi' }, 'GET')).toBe('verified')
  })

  it('needs no check of the page with a token in the header, which no browser adds by itself', async () => {
    const { ask, token } = await start()
    const headers = { authorization: `Bearer ${token}`, origin: 'https://evil.example' }
    expect(await ask(headers, 'POST')).toBe('verified')
  })

  const json = { 'content-type': 'application/json' }
  const checks: [string, string | undefined, Record<string, string>, string][] = [
    ['a page of ours', 'POST', { origin: PAGE, ...json }, 'verified'],
    [
      'the charset of the body',
      'POST',
      { origin: PAGE, 'content-type': 'Application/JSON; charset=utf-8' },
      'verified',
    ],
    ['the header instead of a body', 'POST', { origin: PAGE, 'x-latchkey-csrf': '1' }, 'verified'],
    ['no Origin, but the same origin', 'POST', { 'sec-fetch-site': 'same-origin', ...json }, 'verified'],
    ['another method', 'DELETE', { origin: PAGE }, 'verified'],
    ['a page of somebody else', 'POST', { origin: 'https://evil.example', ...json }, FORGED],
    ['a page whose name begins like ours', 'POST', { origin: `${PAGE}.evil.example`, ...json }, FORGED],
    ['no page', 'POST', { origin: 'null', ...json }, FORGED],
    ['nothing that says which page', 'POST', json, FORGED],
    ['a page of the same site', 'POST', { 'sec-fetch-site': 'same-site', ...json }, FORGED],
    [
      'a foreign Origin that claims the same',
      'POST',
      { origin: 'https://x.example', 'sec-fetch-site': 'same-origin', ...json },
      FORGED,
    ],
    ['a form of a page of ours', 'POST', { origin: PAGE, 'content-type': 'application/x-www-form-urlencoded' }, FORGED],
    [
      'a body that only looks like JSON',
      'POST',
      { origin: PAGE, 'content-type': 'text/plain; application/json' },
      FORGED,
    ],
    ['no type of body', 'POST', { origin: PAGE }, FORGED],
    ['another method from elsewhere', 'DELETE', { origin: 'https://evil.example' }, FORGED],
    ['a method in small letters', 'get', { origin: 'https://evil.example' }, FORGED],
    ['an unknown method', undefined, {}, FORGED],
    [
      'the opening of a WebSocket from elsewhere',
      'GET',
      { upgrade: 'websocket', origin: 'https://evil.example' },
      FORGED,
    ],
    ['the opening of a WebSocket', 'GET', { upgrade: 'websocket', origin: PAGE }, 'verified'],
    ['HEAD from anywhere', 'HEAD', { origin: 'https://evil.example' }, 'verified'],
  ]

  it.each(checks)('%s (%s)', async (_, method, headers, outcome) => {
    const { ask, cookie } = await start()
    expect(await ask({ cookie, ...headers }, method)).toBe(outcome)
  })

  it('is looked for by the names of Latchkey: first the one that no other host can set', async () => {
    const issuer = await startIssuer()
    const verifier = issuer.verifier({ issuer: 'https://auth.example.org', server: undefined as never })
    const names = { allowedOrigins: [PAGE] }
    const remote = issuer.verifier({ server: 'https://auth.example.org', jwksUri: issuer.url, cookies: names })
    const token = await issuer.token()
    const ask = (cookie: string, by = remote) => outcomeOf(by.verify({ method: 'GET', headers: { cookie } }))
    expect(await ask(`__Host-latchkey-access=${token}`)).toBe('verified')
    expect(await ask(`__Secure-latchkey-access=${token}`)).toBe('verified')
    expect(await ask(`__Secure-latchkey-access=junk; __Host-latchkey-access=${token}`)).toBe('verified')
    expect(await ask(`latchkey-access=${token}`)).toBe(NONE)
    expect(await ask(`latchkey-access=${token}`, issuer.verifier({ cookies: names }))).toBe('verified')
    expect(await ask(`__Host-latchkey-access=${token}`, verifier)).toBe(NONE)
  })
})
