import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, addAdministrator, PASSWORD } from '../../../test/support/v1-client.ts'
import type { Client, ClientOptions } from '../src/client.ts'
import { networkError } from '../src/errors.ts'
import { createTokenCalls } from '../src/token-calls.ts'
import { answering, answerLost, createNetwork, holding, type Mishap, type Network, unreachable } from './network.ts'
import { createTestClient, startServer } from './test-client.ts'

const MINUTE = 60_000

describe('a refresh', () => {
  let server: TestApp
  let network: Network
  let ends: string[]

  beforeAll(async () => {
    server = await startServer()
    await addAccount(server, 'ada')
    await addAdministrator(server, 'root')
  })
  afterAll(() => server.close())
  beforeEach(() => {
    network = createNetwork(() => server.url)
    ends = []
  })

  async function loggedIn(options: Partial<ClientOptions> = {}): Promise<Client> {
    const client = createTestClient(server, {
      fetch: network.fetch,
      onSessionEnd: (reason) => ends.push(reason),
      ...options,
    })
    await client.login({ username: 'ada', password: PASSWORD })
    network.calls.length = 0
    return client
  }

  const refreshes = () => network.calls.filter((call) => call === 'POST /refresh').length

  it('happens once, however many requests wait for it', async () => {
    const client = await loggedIn()
    server.clock.advance(6 * MINUTE)
    const answers = await Promise.all(Array.from({ length: 16 }, () => client.me()))
    expect(answers.map(({ username }) => username)).toEqual(Array(16).fill('ada'))
    expect(refreshes()).toBe(1)
  })

  it('happens before the request if the token is known to be old, and nothing is sent twice', async () => {
    const client = await loggedIn({ now: server.clock.now })
    server.clock.advance(6 * MINUTE)
    await client.me()
    expect(network.calls).toEqual(['POST /refresh', 'GET /me'])
  })

  it('follows a 401, and the request is sent again once, with its body', async () => {
    const client = await loggedIn()
    server.clock.advance(6 * MINUTE)
    expect(await client.updateMe({ first_name: 'Augusta' })).toMatchObject({ first_name: 'Augusta' })
    expect(network.calls).toEqual(['PATCH /me', 'POST /refresh', 'PATCH /me'])
  })

  it('follows a 401 only once, whatever the second response is', async () => {
    const client = await loggedIn()
    const refusal = answering(401, { code: 'token_not_valid', title: 'No.' })
    network.next('/me', refusal)
    network.next('/me', refusal)
    await expect(client.me()).rejects.toMatchObject({ code: 'token_not_valid', status: 401 })
    expect(network.calls).toEqual(['GET /me', 'POST /refresh', 'GET /me'])
    expect(ends).toEqual([])
    expect((await client.me()).username).toBe('ada')
  })

  describe('for the fetch of the application', () => {
    const patch = (body: BodyInit) => ({ method: 'PATCH', headers: { 'content-type': 'application/json' }, body })
    const text = JSON.stringify({ last_name: 'Lovelace' })

    it.each([
      ['a text', () => text],
      ['bytes', () => new TextEncoder().encode(text)],
      ['a blob', () => new Blob([text], { type: 'application/json' })],
    ])('repeats a body that is %s', async (_, body) => {
      const client = await loggedIn()
      server.clock.advance(6 * MINUTE)
      const answer = await client.fetch(`${server.url}/api/v1/me`, patch(body()))
      expect(await answer.json()).toMatchObject({ last_name: 'Lovelace' })
      expect(network.calls).toEqual(['PATCH /me', 'POST /refresh', 'PATCH /me'])
    })

    it('repeats a Request', async () => {
      const client = await loggedIn()
      server.clock.advance(6 * MINUTE)
      const answer = await client.fetch(new Request(`${server.url}/api/v1/me`, patch(text)))
      expect(await answer.json()).toMatchObject({ last_name: 'Lovelace' })
      expect(network.calls).toEqual(['PATCH /me', 'POST /refresh', 'PATCH /me'])
    })

    it('sends a stream once, and has the token ready for another attempt', async () => {
      const client = await loggedIn()
      server.clock.advance(6 * MINUTE)
      const stream = () => ({ ...patch(new Blob([text]).stream()), duplex: 'half' }) as RequestInit
      const first = await client.fetch(`${server.url}/api/v1/me`, stream())
      expect(first.status).toBe(401)
      expect(network.calls).toEqual(['PATCH /me', 'POST /refresh'])
      const second = await client.fetch(`${server.url}/api/v1/me`, stream())
      expect(second.status).toBe(200)
    })

    it('sends tokens only to the named origins', async () => {
      const client = await loggedIn()
      await expect(client.fetch('https://elsewhere.example/data')).rejects.toThrow('`apiOrigins`')
      expect(network.calls).toEqual([])
    })
  })

  describe('without a usable response', () => {
    const proxyPage = '<html>Bad gateway</html>'
    const transient: [string, Mishap, string][] = [
      ['no connection', unreachable, 'network_error'],
      ['a 500', answering(500, { code: 'internal_error' }), 'internal_error'],
      ['a 502 of a proxy', answering(502, proxyPage), 'unexpected_answer'],
      ['a 503', answering(503, { code: 'overloaded' }, { 'retry-after': '7' }), 'overloaded'],
      ['a 429', answering(429, { code: 'throttled' }, { 'retry-after': '7' }), 'throttled'],
      ['a 401 of a proxy', answering(401, proxyPage), 'unexpected_answer'],
      ['a 403', answering(403, { code: 'csrf_check_failed' }), 'csrf_check_failed'],
      ['a page in place of JSON', answering(200, proxyPage), 'unexpected_answer'],
      ['JSON of something else', answering(200, { hello: 'world' }), 'unexpected_answer'],
    ]

    it.each(transient)('never logs out: %s', async (_, mishap, code) => {
      const client = await loggedIn()
      server.clock.advance(6 * MINUTE)
      for (let attempt = 0; attempt < 3; attempt += 1) network.next('/refresh', mishap)
      await expect(client.me()).rejects.toMatchObject({ code })
      expect(client.getState().status).toBe('authenticated')
      expect(ends).toEqual([])
      // Leftover mishaps would happen to the next refresh.
      while (network.calls.filter((call) => call === 'POST /refresh').length < 3) await client.refresh().catch(() => {})
      expect((await client.me()).username).toBe('ada')
    })

    it('logs out on a problem from a newer server, although its code is unknown', async () => {
      const client = await loggedIn()
      const problem = { type: 'about:blank', title: 'No more.', status: 401, code: 'a_reason_to_come' }
      network.next('/refresh', answering(401, problem))
      expect(await client.refresh()).toBe(false)
      expect(client.getState().status).toBe('anonymous')
      expect(ends).toEqual(['token_not_valid'])
    })

    it('says when to try again', async () => {
      const client = await loggedIn()
      network.next('/refresh', answering(429, { code: 'throttled' }, { 'retry-after': '7' }))
      await expect(client.refresh()).rejects.toMatchObject({ code: 'throttled', retryAfterSeconds: 7 })
    })

    it('is repeated inside the retry window of the server, if its response was lost', async () => {
      const client = await loggedIn()
      network.next('/refresh', answerLost)
      network.next('/refresh', answerLost)
      expect(await client.refresh()).toBe(true)
      expect(refreshes()).toBe(3)
      expect((await client.me()).username).toBe('ada')
    })

    it('is repeated before the next request, if its response was lost for good', async () => {
      const client = await loggedIn()
      for (let attempt = 0; attempt < 3; attempt += 1) network.next('/refresh', answerLost)
      await expect(client.refresh()).rejects.toMatchObject({ code: 'network_error' })
      network.calls.length = 0
      await client.me()
      expect(network.calls).toEqual(['POST /refresh', 'GET /me'])
    })

    it('does not hold up requests whose token is still good', async () => {
      const client = await loggedIn()
      for (let attempt = 0; attempt < 6; attempt += 1) network.next('/refresh', unreachable)
      await expect(client.refresh()).rejects.toMatchObject({ code: 'network_error' })
      expect((await client.me()).username).toBe('ada')
    })
  })

  it('is repeated while the retry window of the server is open, if its response never comes', async () => {
    const waits: number[] = []
    const { refresh } = createTokenCalls({
      transport: async ({ timeoutMs = 0 }) => {
        waits.push(timeoutMs)
        throw networkError(new Error('no answer'))
      },
      now: () => 0,
      retryDelaysMs: [300, 1_500].map((delay) => {
        waits.push(delay)
        return 0
      }),
      timeoutMs: 10_000,
    })
    await expect(refresh(undefined, async () => true, undefined)).rejects.toMatchObject({ code: 'network_error' })
    const [lastWait] = waits.splice(-1)
    expect(lastWait).toBe(10_000)
    expect(waits).toHaveLength(4)
    // REFRESH_RETRY_WINDOW is 10 seconds by default.
    expect(waits.reduce((sum, wait) => sum + wait)).toBeLessThan(8_000)
  })

  it('completes even if the client is disposed of in the meantime', async () => {
    const client = await loggedIn()
    const held = holding()
    network.next('/refresh', held.mishap)
    const refreshing = client.refresh()
    await held.answered
    client.dispose()
    held.release()
    expect(await refreshing).toBe(true)
    expect((await client.me()).username).toBe('ada')
    client.dispose()
  })

  it('that is refused ends the session, and says why', async () => {
    const client = await loggedIn()
    const { id } = (await client.request('GET /me/sessions')).sessions.find(({ is_current }) => is_current) ?? {
      id: '',
    }
    const administrator = createTestClient(server)
    await administrator.login({ username: 'root', password: PASSWORD })
    await administrator.request('DELETE /admin/sessions/:id', { params: { id } })
    await expect(client.me()).rejects.toMatchObject({ code: 'administrator', status: 401 })
    expect(client.getState()).toEqual({ status: 'anonymous', account: undefined, endReason: 'administrator' })
    expect(ends).toEqual(['administrator'])
    expect(await client.accessToken()).toBeUndefined()
  })

  it('is not requested if nobody is logged in', async () => {
    const client = createTestClient(server, { fetch: network.fetch })
    await expect(client.me()).rejects.toMatchObject({ code: 'not_authenticated' })
    expect(await client.refresh()).toBe(false)
    expect(network.calls).toEqual(['GET /me'])
  })

  describe('under a clock that is wrong', () => {
    const YEAR = 365 * 24 * 60 * MINUTE

    it.each([
      ['a year behind', -YEAR],
      ['a year ahead', YEAR],
    ])('happens as often as under a correct one: %s', async (_, error) => {
      const client = await loggedIn({ now: () => server.clock.now() + error })
      for (let request = 0; request < 5; request += 1) await client.me()
      expect(refreshes()).toBe(0)
      server.clock.advance(6 * MINUTE)
      for (let request = 0; request < 5; request += 1) await client.me()
      expect(refreshes()).toBe(1)
      expect(ends).toEqual([])
    })

    it.each([
      ['back', -YEAR],
      ['forward', YEAR],
    ])('happens once when the clock is set %s', async (_, jump) => {
      let error = 0
      const client = await loggedIn({ now: () => server.clock.now() + error })
      error = jump
      for (let request = 0; request < 5; request += 1) await client.me()
      expect(refreshes()).toBe(1)
      expect(ends).toEqual([])
    })
  })
})
