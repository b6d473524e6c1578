import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import { createClient } from '../src/client.ts'
import { createRequestSessions } from '../src/server.ts'
import { type Browser, createBrowser } from './browser.ts'
import { answerLost, createNetwork, type Network, unreachable } from './network.ts'
import { startServer } from './test-client.ts'

const ORIGIN = 'http://localhost:8000'
const MINUTE = 60_000

describe('the session of a request, for server-side rendering', () => {
  let server: TestApp
  let browser: Browser
  let network: Network

  beforeAll(async () => {
    server = await startServer({ PUBLIC_URL: ORIGIN })
    await addAccount(server, 'ada')
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    network = createNetwork(() => server.url)
    browser = createBrowser(() => server)
    const { fetch } = browser.openTab(ORIGIN)
    const page = createClient({ baseUrl: ORIGIN, mode: 'cookie', fetch, isTabAware: false })
    await page.login({ username: 'ada', password: PASSWORD })
  })

  const sessions = (options = {}) =>
    createRequestSessions({
      baseUrl: server.url,
      publicUrl: ORIGIN,
      fetch: network.fetch,
      retryDelaysMs: [1, 1],
      now: server.clock.now,
      ...options,
    })

  const pageRequest = (cookie = browser.cookies()) => new Request('http://app.test/page', { headers: { cookie } })

  /** What the browser sends once its access cookie has expired. */
  const withoutAccess = () => browser.cookies().replace(/latchkey-access=[^;]*(; )?/, '')

  it('is used as it is while its token is fresh', async () => {
    const { client, accessToken, setCookies } = await sessions()(pageRequest())
    expect((await client.me()).username).toBe('ada')
    expect(accessToken()).toBe(/latchkey-access=([^;]*)/.exec(browser.cookies())?.[1])
    expect(setCookies()).toEqual([])
    expect(network.calls).toEqual(['GET /me'])
  })

  it('is refreshed once per request, and the same render has the new token', async () => {
    server.clock.advance(6 * MINUTE)
    const sessionOf = sessions()
    const request = pageRequest(withoutAccess())
    const [inMiddleware, inPage] = await Promise.all([sessionOf(request), sessionOf(request)])
    expect(inPage).toBe(inMiddleware)
    await Promise.all([inPage.client.me(), inPage.client.request('GET /me/sessions')])
    expect(network.calls.filter((call) => call === 'POST /refresh')).toHaveLength(1)

    const token = inPage.accessToken()
    expect(inPage.cookie()).toContain(`latchkey-access=${token}`)
    const answer = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
  })

  it('is refreshed even if the cookie is still there but its token has expired', async () => {
    server.clock.advance(6 * MINUTE)
    const { client } = await sessions()(pageRequest())
    await client.me()
    expect(network.calls).toEqual(['POST /refresh', 'GET /me'])
  })

  it('hands the new cookies to the browser, as the server set them', async () => {
    server.clock.advance(6 * MINUTE)
    const { setCookies } = await sessions()(pageRequest(withoutAccess()))
    expect(setCookies().map((line) => line.split('=')[0])).toEqual(['latchkey-access', 'latchkey-refresh'])
    expect(setCookies().every((line) => line.includes('HttpOnly') && line.includes('SameSite=Strict'))).toBe(true)
    // The next request, with what the browser then has.
    const kept = setCookies().map((line) => line.split(';')[0])
    const { client } = await sessions()(pageRequest(kept.join('; ')))
    expect((await client.me()).username).toBe('ada')
  })

  it('keeps the other cookies of the request, and sends them to nobody', async () => {
    let sent = ''
    const spying = sessions({
      fetch: (input: string | URL | Request, init?: RequestInit) => {
        sent = new Headers(init?.headers).get('cookie') ?? ''
        return network.fetch(input, init)
      },
    })
    const { client, cookie } = await spying(pageRequest(`theme=dark; ${browser.cookies()}`))
    await client.me()
    expect(cookie()).toContain('theme=dark')
    expect(sent).toContain('latchkey-access=')
    expect(sent).not.toContain('theme')
  })

  it('is empty if nobody is logged in, without a request', async () => {
    const { accessToken } = await sessions()(pageRequest('theme=dark'))
    expect(accessToken()).toBeUndefined()
    expect(network.calls).toEqual([])
  })

  it('stays as it is if the server cannot be reached', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) network.next('/refresh', unreachable)
    const { accessToken, setCookies } = await sessions()(pageRequest(withoutAccess()))
    expect(accessToken()).toBeUndefined()
    expect(setCookies()).toEqual([])
  })

  it('is repeated by the next request, if the response to the refresh was lost', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) network.next('/refresh', answerLost)
    await sessions()(pageRequest(withoutAccess()))
    const { client } = await sessions()(pageRequest(withoutAccess()))
    expect((await client.me()).username).toBe('ada')
  })

  it('is over if the server says so: the browser is told to delete its cookies', async () => {
    const page = await sessions()(pageRequest())
    await page.client.request('POST /me/sessions/end-others')
    const { sessions: mine } = await page.client.request('GET /me/sessions')
    await page.client.request('DELETE /me/sessions/:id', { params: { id: mine[0]?.id ?? '' } })
    const { accessToken, setCookies, client } = await sessions()(pageRequest(withoutAccess()))
    expect(accessToken()).toBeUndefined()
    expect(client.getState().status).toBe('anonymous')
    expect(setCookies().every((line) => line.includes('Max-Age=0'))).toBe(true)
    expect(setCookies()).toHaveLength(2)
  })
})
