import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import { type Client, type ClientOptions, createClient, type EndReason } from '../src/client.ts'
import { type Browser, createBrowser } from './browser.ts'
import { holding, type Network, unreachable } from './network.ts'
import { startServer } from './test-client.ts'

const ORIGIN = 'http://localhost:8000'
const MINUTE = 60_000

type Tab = { client: Client; network: Network; ends: EndReason[]; ended: Promise<EndReason> }

describe('a client in cookie mode', () => {
  let server: TestApp
  let browser: Browser
  let tabs: Tab[]
  let ada: string
  let adas = 0

  beforeAll(async () => {
    server = await startServer({ PUBLIC_URL: ORIGIN })
    await addAccount(server, 'bob')
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    browser = createBrowser(() => server)
    tabs = []
    adas += 1
    ada = `ada-${adas}`
    await addAccount(server, ada)
  })
  afterEach(() => {
    for (const { client } of tabs) client.dispose()
  })

  function openTab(options: Partial<ClientOptions> = {}): Tab {
    const network = browser.openTab(ORIGIN)
    const ended = Promise.withResolvers<EndReason>()
    const ends: EndReason[] = []
    const client = createClient({
      baseUrl: ORIGIN,
      mode: 'cookie',
      fetch: network.fetch,
      retryDelaysMs: [1, 1],
      onSessionEnd(reason) {
        ends.push(reason)
        ended.resolve(reason)
      },
      ...options,
    })
    const tab = { client, network, ends, ended: ended.promise }
    tabs.push(tab)
    return tab
  }

  async function loggedIn(options: Partial<ClientOptions> = {}): Promise<Tab> {
    const tab = openTab(options)
    await tab.client.login({ username: ada, password: PASSWORD })
    tab.network.calls.length = 0
    return tab
  }

  it('logs in and out without ever seeing a token', async () => {
    const { client, ends } = await loggedIn()
    expect(client.getState()).toMatchObject({ status: 'authenticated', account: { username: ada } })
    expect(browser.cookies()).toContain('latchkey-refresh=')
    expect(await client.accessToken()).toBeUndefined()
    await client.logout()
    expect(browser.cookies()).toBe('')
    expect(ends).toEqual(['logout'])
  })

  it('finds the session again after a reload', async () => {
    await loggedIn()
    const { client, network } = openTab()
    expect(await client.load()).toMatchObject({ status: 'authenticated', account: { username: ada } })
    expect(network.calls).toEqual(['GET /me'])
  })

  it('finds the session even if the access cookie has expired', async () => {
    await loggedIn()
    server.clock.advance(6 * MINUTE)
    const { client, network } = openTab()
    expect(await client.load()).toMatchObject({ status: 'authenticated', account: { username: ada } })
    expect(network.calls).toEqual(['GET /me', 'POST /refresh', 'GET /me'])
  })

  it('learns that nobody is logged in, and does not report that as the end of a session', async () => {
    const { client, ends } = openTab()
    expect(await client.load()).toEqual({ status: 'anonymous', account: undefined, endReason: undefined })
    expect(ends).toEqual([])
  })

  it('does not treat an unreachable server as a logout, and asks again on request', async () => {
    await loggedIn()
    const { client, network } = openTab()
    network.next('/me', unreachable)
    expect(await client.load()).toMatchObject({ status: 'loading', error: { code: 'network_error' } })
    expect(await client.load()).toMatchObject({ status: 'authenticated', account: { username: ada } })
  })

  it('sends requests that change something, with a body and without', async () => {
    const { client } = await loggedIn()
    expect((await client.updateMe({ first_name: 'Ada' })).first_name).toBe('Ada')
    expect(await client.request('POST /me/sessions/end-others')).toEqual({ ended: 0 })
  })

  it('refreshes once for all waiting requests', async () => {
    const { client, network } = await loggedIn()
    server.clock.advance(6 * MINUTE)
    await Promise.all(Array.from({ length: 8 }, () => client.me()))
    expect(network.calls.filter((call) => call === 'POST /refresh')).toHaveLength(1)
  })

  it('makes the browser forget the tokens of a session that the server ended, so that the end is reported once', async () => {
    const { client, ends } = await loggedIn()
    await server.administer('deactivate', ada)
    await expect(client.me()).rejects.toMatchObject({ status: 401 })
    expect(ends).toHaveLength(1)
    expect(browser.cookies()).toBe('')
    const { client: reloaded, ends: later } = openTab()
    expect((await reloaded.load()).status).toBe('anonymous')
    expect(later).toEqual([])
  })

  it('logs out for good, even if the response to a refresh brings cookies afterwards', async () => {
    const { client, network } = await loggedIn()
    const held = holding()
    network.next('/refresh', held.mishap)
    const refreshing = client.refresh()
    await held.answered
    await client.logout()
    held.release()
    await refreshing
    expect(browser.cookies()).toBe('')
    expect(client.getState().status).toBe('anonymous')
  })

  it('never lets a refresh of a previous session replace the cookies of a new login', async () => {
    const { client, network } = await loggedIn()
    const held = holding()
    network.next('/refresh', held.mishap)
    const refreshing = client.refresh()
    await held.answered
    await client.logout()
    const loggingIn = client.login({ username: 'bob', password: PASSWORD })
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
    expect(network.calls).not.toContain('POST /login')
    held.release()
    await Promise.all([refreshing, loggingIn])
    expect((await client.me()).username).toBe('bob')
    expect((await openTab().client.load()).account?.username).toBe('bob')
  })

  it('makes the browser ignore a refresh that a logout has overtaken', async () => {
    const { client, network } = await loggedIn()
    let signal: AbortSignal | null | undefined
    const { promise: sent, resolve } = Promise.withResolvers<void>()
    network.next('/refresh', (_send, init) => {
      signal = init?.signal
      resolve()
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal?.reason)))
    })
    const refreshing = client.refresh()
    await sent
    await client.logout()
    expect(signal?.aborted).toBe(true)
    expect(await refreshing).toBe(false)
  })

  it('leaves a login in another tab alone, whenever the response to its own refresh arrives', async () => {
    const one = await loggedIn()
    const other = openTab()
    await other.client.load()
    const held = holding()
    one.network.next('/refresh', held.mishap)
    const refreshing = one.client.refresh()
    await held.answered
    const { promise: heard, resolve } = Promise.withResolvers<void>()
    one.client.subscribe(() => one.client.getState().account?.username === 'bob' && resolve())
    await other.client.login({ username: 'bob', password: PASSWORD })
    await heard
    held.release()
    await refreshing
    expect(one.network.calls).not.toContain('POST /logout')
    expect((await other.client.me()).username).toBe('bob')
    expect((await one.client.load()).account?.username).toBe('bob')
  })

  it('refreshes again if its late response brings back cookies that another tab has replaced twice', async () => {
    const one = await loggedIn()
    const other = openTab()
    await other.client.load()
    const held = holding()
    one.network.next('/refresh', held.mishap)
    const refreshing = one.client.refresh()
    await held.answered
    const late = browser.cookies()
    for (let again = 0; again < 2; again += 1) {
      await other.client.refresh()
      server.clock.advance(1_000)
      // The news arrives before the next refresh is sent, as in a browser.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    browser.replaceCookies(late)
    held.release()
    await refreshing
    expect(one.network.calls.filter((call) => call === 'POST /refresh')).toHaveLength(2)
    server.clock.advance(10 * MINUTE)
    expect((await other.client.me()).username).toBe(ada)
    expect([...one.ends, ...other.ends]).toEqual([])
  })

  describe('in ten tabs', () => {
    it('survives a minute of refreshes while the server is killed, and logs out in all tabs', async () => {
      const first = await loggedIn()
      const ten = [first, ...Array.from({ length: 9 }, () => openTab())]
      for (const { client } of ten) await client.load()
      for (let round = 0; round < 5; round += 1) {
        server.clock.advance(6 * MINUTE)
        if (round === 2) server = await server.restart()
        const answers = await Promise.all(ten.map(({ client }) => client.me()))
        expect(answers.map(({ username }) => username)).toEqual(Array(10).fill(ada))
      }
      expect(ten.flatMap(({ ends }) => ends)).toEqual([])
      await first.client.logout()
      expect(await Promise.all(ten.map(({ ended }) => ended))).toEqual(Array(10).fill('logout'))
      expect(browser.cookies()).toBe('')
    })

    it('learns who has logged in in another tab', async () => {
      const { client } = openTab()
      await client.load()
      const { promise: learned, resolve } = Promise.withResolvers<void>()
      client.subscribe(() => {
        if (client.getState().account?.username === ada) resolve()
      })
      await loggedIn()
      await learned
    })
  })
})
