import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import type { Client, ClientOptions, EndReason, TokenStorage } from '../src/client.ts'
import { answerLost, createNetwork, holding, type Network } from './network.ts'
import { createSharedStorage, createTestClient, startServer } from './test-client.ts'

type Tab = { client: Client; network: Network; ends: EndReason[]; ended: Promise<EndReason> }

describe('tabs that share a storage', () => {
  let server: TestApp
  let storage: ReturnType<typeof createSharedStorage>
  let tabs: Tab[]
  /** Each test has an Ada of its own. */
  let ada: string
  let adas = 0

  beforeAll(async () => {
    server = await startServer({ ACCESS_TOKEN_LIFETIME: '5s' })
    await addAccount(server, 'bob')
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    storage = createSharedStorage()
    tabs = []
    adas += 1
    ada = `ada-${adas}`
    await addAccount(server, ada)
  })
  afterEach(() => {
    for (const { client } of tabs) client.dispose()
  })

  /** The tabs use one address for the server, wherever it runs. */
  function openTab(options: Partial<ClientOptions> = {}): Tab {
    const network = createNetwork(() => server.url)
    const ended = Promise.withResolvers<EndReason>()
    const ends: EndReason[] = []
    const client = createTestClient(server, {
      baseUrl: 'http://latchkey.test',
      storage,
      fetch: network.fetch,
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

  /** Waits until a tab has the expected state. */
  function until(client: Client, isReached: (state: ReturnType<Client['getState']>) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const stop = client.subscribe(check)
      function check(): void {
        if (!isReached(client.getState())) return
        stop()
        resolve()
      }
      check()
    })
  }

  const logIn = (tab: Tab, username = ada) => tab.client.login({ username, password: PASSWORD })

  it.each([
    ['a clock that matches the server’s', true],
    ['a clock that stands still', false],
  ])('survive a minute of refreshes by ten tabs while the server is killed: %s', async (_, isClockRight) => {
    const options = isClockRight ? { now: server.clock.now } : {}
    const ten = Array.from({ length: 10 }, () => openTab(options))
    const [first] = ten
    if (first === undefined) throw new Error('there is no tab')
    await logIn(first)
    for (const { client } of ten) expect((await client.load()).status).toBe('authenticated')
    for (let second = 0; second < 60; second += 6) {
      server.clock.advance(6_000)
      if (second === 24) {
        for (const { network } of ten.slice(0, 3)) network.next('/refresh', answerLost)
        const lost = Promise.allSettled(ten.map(({ client }) => client.me()))
        server = await server.restart()
        await lost
      }
      const answers = await Promise.all(ten.map(({ client }) => client.me()))
      expect(answers.map(({ username }) => username)).toEqual(Array(10).fill(ada))
    }
    expect(ten.flatMap(({ ends }) => ends)).toEqual([])
    expect((await first.client.request('GET /me/sessions')).sessions).toHaveLength(1)

    await first.client.logout()
    expect(await Promise.all(ten.map(({ ended }) => ended))).toEqual(Array(10).fill('logout'))
    expect(ten.map(({ client }) => client.getState().status)).toEqual(Array(10).fill('anonymous'))
    expect(storage.items.size).toBe(0)
    const answers = await Promise.allSettled(ten.map(({ client }) => client.me()))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill('rejected'))
  })

  it('do not repeat a refresh whose token two others have replaced in the meantime', async () => {
    const [one, other] = [openTab(), openTab()]
    await logIn(one)
    await other.client.load()
    one.network.next('/refresh', async () => {
      await other.client.refresh()
      await other.client.refresh()
      throw new TypeError('fetch failed')
    })
    expect(await one.client.refresh()).toBe(true)
    // It may have adopted the first of the two. The news of the second one follows.
    await expect.poll(() => one.client.accessToken()).toBe(await other.client.accessToken())
    expect([...one.ends, ...other.ends]).toEqual([])
  })

  it('go on with the token that another tab has received, although they had adopted the one that it was sending', async () => {
    const [one, other] = [openTab({ retryDelaysMs: [] }), openTab()]
    await logIn(one)
    await other.client.load()
    one.network.next('/refresh', async () => {
      await other.client.refresh()
      other.network.next('/refresh', async (send) => {
        for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
        return send()
      })
      await other.client.refresh()
      throw new TypeError('fetch failed')
    })
    expect(await one.client.refresh()).toBe(true)
    expect(await one.client.accessToken()).toBe(await other.client.accessToken())
  })

  it('do not refresh in quick succession while a third tab is slow, although the application asks them to', async () => {
    const [slow, quick, next] = [openTab(), openTab(), openTab()]
    await logIn(slow)
    for (const { client } of [quick, next]) await client.load()
    const gate = Promise.withResolvers<void>()
    slow.network.next('/refresh', (send) => gate.promise.then(send))
    const slowly = slow.client.refresh()
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    expect(await quick.client.refresh()).toBe(true)
    const token = await quick.client.accessToken()
    while ((await next.client.accessToken()) !== token) await new Promise(setImmediate)
    const last = next.client.refresh()
    await quick.client.me()
    expect(next.network.calls).not.toContain('POST /refresh')
    gate.resolve()
    expect(await slowly).toBe(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await last).toBe(true)
    expect([slow, quick, next].flatMap(({ ends }) => ends)).toEqual([])
  })

  it('learn that somebody has logged in, and who', async () => {
    const [one, other] = [openTab(), openTab()]
    expect((await other.client.load()).status).toBe('anonymous')
    const learned = until(other.client, ({ account }) => account?.username === ada)
    await logIn(one)
    await learned
    expect(await other.client.accessToken()).toBe(await one.client.accessToken())
  })

  it('learn that somebody else has logged in', async () => {
    const [one, other] = [openTab(), openTab()]
    await logIn(one)
    await other.client.load()
    const learned = until(other.client, ({ account }) => account?.username === 'bob')
    await logIn(one, 'bob')
    await learned
  })

  it('learn why the session is over', async () => {
    const [one, other] = [openTab(), openTab()]
    await logIn(one)
    await other.client.load()
    await server.administer('deactivate', ada)
    await expect(one.client.me()).rejects.toMatchObject({ status: 401 })
    expect(await other.ended).toBe(one.ends[0])
  })

  it('learn of a logout even if their own view of the storage is out of date', async () => {
    const [one, other] = [openTab(), openTab()]
    await logIn(one)
    await other.client.load()
    const seen = [...storage.items]
    const { setItem, getItem, removeItem } = storage
    const behind = openTab({
      storage: { setItem, getItem: (key) => new Map(seen).get(key) ?? getItem(key), removeItem },
    })
    await behind.client.load()
    await one.client.logout()
    expect(await behind.ended).toBe('logout')
    expect(behind.client.getState().status).toBe('anonymous')
  })

  it('learn of a login even if their own view of the storage is out of date', async () => {
    const [one] = [openTab()]
    let reads = 0
    const getItem = (key: string) => {
      reads += 1
      return reads > 2 ? storage.getItem(key) : null
    }
    const behind = openTab({ storage: { ...storage, getItem } })
    expect((await behind.client.load()).status).toBe('anonymous')
    const learned = until(behind.client, ({ account }) => account?.username === ada)
    await logIn(one)
    await learned
  })

  it('learn of a logout even if the storage is slow', async () => {
    const slow: TokenStorage = {
      ...storage,
      async removeItem(key) {
        for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate)
        storage.removeItem(key)
      },
    }
    const [one, other] = [openTab({ storage: slow }), openTab({ storage: slow })]
    await logIn(one)
    await other.client.load()
    await one.client.logout()
    expect(await other.ended).toBe('logout')
  })

  it('adopt what another tab has stored, without a request of their own', async () => {
    const [one, other] = [openTab({ isTabAware: false }), openTab({ isTabAware: false })]
    await logIn(one)
    await other.client.load()
    server.clock.advance(6_000)
    await one.client.me()
    await other.client.me()
    expect(other.network.calls.filter((call) => call === 'POST /refresh')).toEqual([])
  })

  it('adopt what another tab has stored when their own refresh is refused', async () => {
    const [one, other] = [openTab({ isTabAware: false }), openTab({ isTabAware: false })]
    await logIn(one)
    await other.client.load()
    server.clock.advance(6_000)
    // The other tab has read the storage and sends its request. In the meantime, the session is replaced.
    other.network.next('/refresh', async (send) => {
      await one.client.logout()
      await logIn(one)
      return send()
    })
    await expect(other.client.me()).rejects.toMatchObject({ status: 401 })
    expect(other.ends).toEqual([])
    expect((await other.client.me()).username).toBe(ada)
    expect(await other.client.accessToken()).toBe(await one.client.accessToken())
  })

  it('send no request in the name of somebody else who has logged in in the meantime', async () => {
    const [one, other] = [openTab({ isTabAware: false }), openTab({ isTabAware: false })]
    await logIn(one)
    await other.client.load()
    await one.client.logout()
    await logIn(one, 'bob')
    await expect(other.client.updateMe({ first_name: 'Ada' })).rejects.toMatchObject({ status: 401 })
    expect((await one.client.me()).first_name).toBe('')
  })

  it('hear nothing from clients that share no session with them', async () => {
    const [one, other] = [openTab(), openTab({ storage: createSharedStorage() })]
    await logIn(one)
    await logIn(other, 'bob')
    const [third] = [openTab()]
    await third.client.load()
    await one.client.logout()
    expect(await third.ended).toBe('logout')
    expect(other.ends).toEqual([])
    expect((await other.client.me()).username).toBe('bob')
  })

  it('do not go back to tokens that a slow tab stored late', async () => {
    const [one] = [openTab({ isTabAware: false })]
    await logIn(one)
    const [[key, early] = ['', '']] = [...storage.items]
    server.clock.advance(6_000)
    await one.client.me()
    storage.items.set(key, early)
    server.clock.advance(60_000)
    expect((await one.client.me()).username).toBe(ada)
    expect(one.ends).toEqual([])
  })

  describe('with a lock', () => {
    it('take turns, and refresh only once', async () => {
      const both = [openTab({ lockTimeoutMs: 10_000 }), openTab({ lockTimeoutMs: 10_000 })]
      const [one, other] = both
      if (!one || !other) throw new Error('there are no tabs')
      await logIn(one)
      await other.client.load()
      server.clock.advance(6_000)
      await Promise.all(both.map(({ client }) => client.me()))
      const calls = both.flatMap(({ network }) => network.calls)
      expect(calls.filter((call) => call === 'POST /refresh')).toHaveLength(1)
    })

    it('wait no longer than the time limit for a tab that never releases it', async () => {
      const one = openTab({ lockTimeoutMs: 5 })
      await logIn(one)
      const held = holding()
      const stuck = navigator.locks.request('latchkey:http://latchkey.test', () =>
        held.mishap(async () => new Response()),
      )
      await held.answered
      server.clock.advance(6_000)
      expect((await one.client.me()).username).toBe(ada)
      held.release()
      await stuck
    })
  })
})
