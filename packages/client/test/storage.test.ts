import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import type { Client, ClientOptions, TokenStorage } from '../src/client.ts'
import { foregroundOf } from '../src/react-native.ts'
import { createVault } from '../src/vault.ts'
import { createNetwork, type Network } from './network.ts'
import { createSharedStorage, createTestClient, startServer } from './test-client.ts'

const MINUTE = 60_000

describe('a session in a storage', () => {
  let server: TestApp
  let network: Network
  let storage: ReturnType<typeof createSharedStorage>

  beforeAll(async () => {
    server = await startServer({ REFRESH_RETRY_WINDOW: '60s' })
    for (const name of ['ada', 'bob']) await addAccount(server, name)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    network = createNetwork(() => server.url)
    storage = createSharedStorage()
  })

  /** A process of the app: each has a client of its own on the same storage. */
  function start(options: Partial<ClientOptions> = {}): Client {
    return createTestClient(server, {
      storage,
      fetch: network.fetch,
      isTabAware: false,
      now: server.clock.now,
      ...options,
    })
  }

  async function startLoggedIn(options: Partial<ClientOptions> = {}): Promise<Client> {
    const client = start(options)
    await client.login({ username: 'ada', password: PASSWORD })
    network.calls.length = 0
    return client
  }

  /** Like AsyncStorage: every step takes one or more turns of the event loop. */
  const slow = (inner: TokenStorage): TokenStorage => ({
    getItem: async (key) => inner.getItem(key),
    setItem: async (key, value) => {
      await new Promise(setImmediate)
      return inner.setItem(key, value)
    },
    removeItem: async (key) => inner.removeItem(key),
  })

  it('is there after a restart, even in an asynchronous storage', async () => {
    await startLoggedIn({ storage: slow(storage) })
    const state = await start({ storage: slow(storage) }).load()
    expect(state).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
    expect(network.calls).toEqual(['GET /me'])
  })

  it('is not brought back by a refresh that was being stored when somebody logged out', async () => {
    const client = await startLoggedIn({ storage: slow(storage) })
    await Promise.all([client.refresh(), client.logout()])
    expect(storage.items.size).toBe(0)
  })

  it('is not stored any more once another tab has ended it', async () => {
    const vault = createVault(slow(storage), 'key', () => {})
    let isWanted = true
    const grant = { expiresIn: 1, receivedAt: 0 }
    const first = vault.write({ ...grant, refreshToken: 'one' }, () => true)
    const second = vault.write({ ...grant, refreshToken: 'two' }, () => isWanted)
    isWanted = false
    await Promise.all([first, second])
    expect(storage.items.get('key')).toContain('one')
  })

  it('is stored under a configurable key', async () => {
    await startLoggedIn({ storageKey: 'my-session' })
    expect([...storage.items.keys()]).toEqual(['my-session'])
  })

  it.each(['{"not":', '17', 'null', '[]', '{"refreshToken":5,"receivedAt":1}', '{"refreshToken":"a"}'])(
    'counts as missing if the storage holds something else: %s',
    async (text) => {
      storage.items.set(`latchkey:${server.url}`, text)
      const client = start()
      expect((await client.load()).status).toBe('anonymous')
      expect((await client.login({ username: 'ada', password: PASSWORD })).status).toBe('authenticated')
    },
  )

  describe('whose process is killed between a refresh and its saving', () => {
    /** The server has answered, and the app is gone before it reads that. */
    function killDuringRefresh(client: Client): Promise<void> {
      const { promise: killed, resolve } = Promise.withResolvers<void>()
      network.next('/refresh', async (send) => {
        await send()
        resolve()
        return new Promise<never>(() => {})
      })
      void client.refresh()
      return killed
    }

    it('survives a start inside the retry window: the next process refreshes before anything else', async () => {
      const client = await startLoggedIn()
      await killDuringRefresh(client)
      server.clock.advance(50_000)
      network.calls.length = 0
      const next = start()
      expect(await next.load()).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
      expect(network.calls).toEqual(['POST /refresh', 'GET /me'])
      server.clock.advance(10 * MINUTE)
      expect((await next.me()).username).toBe('ada')
    })

    it('is over after a start that comes later, and the app is told', async () => {
      const ends: string[] = []
      const client = await startLoggedIn()
      await killDuringRefresh(client)
      server.clock.advance(2 * MINUTE)
      expect((await start({ onSessionEnd: (reason) => ends.push(reason) }).load()).status).toBe('anonymous')
      expect(ends).toEqual(['replayed'])
    })
  })

  describe('that fails', () => {
    it('is not trusted with what it held before: somebody else may have logged in since', async () => {
      let isFull = false
      const failing: TokenStorage = {
        ...storage,
        setItem(key, value) {
          if (isFull) throw new Error('the storage is full')
          storage.setItem(key, value)
        },
      }
      const client = await startLoggedIn({ storage: failing })
      isFull = true
      await client.login({ username: 'bob', password: PASSWORD })
      server.clock.advance(6 * MINUTE)
      expect((await client.me()).username).toBe('bob')
    })

    it.each(['getItem', 'setItem', 'removeItem'] as const)(
      'continues in memory if %s always throws, even if the app’s own listener fails too',
      async (broken) => {
        const failing: TokenStorage = {
          ...storage,
          [broken]() {
            throw new DOMException('no', 'SecurityError')
          },
        }
        const reported: unknown[] = []
        Object.assign(globalThis, { reportError: (error: unknown) => reported.push(error) })
        onTestFinished(() => void Reflect.deleteProperty(globalThis, 'reportError'))
        const client = start({
          storage: failing,
          onStorageError(error) {
            throw error
          },
        })
        expect((await client.load()).status).toBe('anonymous')
        await client.login({ username: 'ada', password: PASSWORD })
        server.clock.advance(6 * MINUTE)
        expect((await client.me()).username).toBe('ada')
        await client.logout()
        expect(client.getState().status).toBe('anonymous')
        expect(reported.length).toBeGreaterThan(0)
      },
    )

    it('does not wait forever for a storage that hangs', async () => {
      const failures: unknown[] = []
      const hang = () => new Promise<never>(() => {})
      const hanging: TokenStorage = { getItem: hang, setItem: hang, removeItem: hang }
      const vault = createVault(hanging, 'key', (error) => failures.push(error), 1)
      expect(await vault.read()).toBeUndefined()
      await vault.write({ refreshToken: 'a', expiresIn: 1, receivedAt: 0 }, () => true)
      await vault.remove()
      expect(failures).toEqual(Array(3).fill(new Error('the storage did not answer within 1 ms')))
    })

    it('continues in memory, and notifies the app', async () => {
      const failures: unknown[] = []
      const full = new Error('the storage is full')
      let isFull = false
      const failing: TokenStorage = {
        ...storage,
        setItem(key, value) {
          if (isFull) throw full
          storage.setItem(key, value)
        },
      }
      const client = await startLoggedIn({ storage: failing, onStorageError: (error) => failures.push(error) })
      isFull = true
      for (let refresh = 0; refresh < 3; refresh += 1) {
        server.clock.advance(6 * MINUTE)
        expect((await client.me()).username).toBe('ada')
      }
      expect(failures).toContain(full)
      expect(client.getState().status).toBe('authenticated')
    })
  })

  describe('on React Native', () => {
    function createAppState() {
      const listeners = new Set<(state: string) => void>()
      return {
        currentState: 'active',
        listeners,
        addEventListener(_: 'change', listener: (state: string) => void) {
          listeners.add(listener)
          return { remove: () => void listeners.delete(listener) }
        },
        change(state: string) {
          for (const listener of listeners) listener(state)
        },
      }
    }

    it('is refreshed on return to the foreground, if it has grown old', async () => {
      const appState = createAppState()
      await startLoggedIn({ foreground: foregroundOf(appState) })
      const { promise: refreshed, resolve } = Promise.withResolvers<void>()
      network.next('/refresh', async (send) => {
        const response = await send()
        resolve()
        return response
      })
      appState.change('background')
      server.clock.advance(20 * MINUTE)
      appState.change('active')
      await refreshed
      expect(network.calls).toEqual(['POST /refresh'])
    })

    it('is left alone on return to the foreground while it is fresh, and when nothing has changed', async () => {
      const appState = createAppState()
      const client = await startLoggedIn({ foreground: foregroundOf(appState) })
      appState.change('background')
      appState.change('active')
      server.clock.advance(20 * MINUTE)
      appState.change('active')
      await client.me()
      // The one refresh is that of the request.
      expect(network.calls).toEqual(['POST /refresh', 'GET /me'])
    })

    it('is no longer maintained once the client is disposed of', async () => {
      const appState = createAppState()
      const client = await startLoggedIn({ foreground: foregroundOf(appState) })
      client.dispose()
      expect(appState.listeners.size).toBe(0)
      // It still works: strict mode disposes of a client and then goes on using it.
      await client.me()
      expect(appState.listeners.size).toBe(1)
      client.dispose()
    })
  })
})
