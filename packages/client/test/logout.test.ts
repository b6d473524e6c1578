import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD, refresh } from '../../../test/support/v1-client.ts'
import type { Client } from '../src/client.ts'
import { createNetwork, holding, type Network, unreachable } from './network.ts'
import { createSharedStorage, createTestClient, startServer } from './test-client.ts'

describe('a log-out', () => {
  let server: TestApp
  let network: Network
  let storage: ReturnType<typeof createSharedStorage>

  beforeAll(async () => {
    server = await startServer()
    await addAccount(server, 'ada')
  })
  afterAll(() => server.close())
  beforeEach(() => {
    network = createNetwork(() => server.url)
    storage = createSharedStorage()
  })

  async function loggedIn(): Promise<Client> {
    const client = createTestClient(server, { fetch: network.fetch, storage, isTabAware: false })
    await client.login({ username: 'ada', password: PASSWORD })
    return client
  }

  const storedToken = (): string => JSON.parse([...storage.items.values()][0] ?? '{}').refreshToken

  it('wins over a refresh whose response arrives later', async () => {
    const client = await loggedIn()
    const before = storedToken()
    const held = holding()
    network.next('/refresh', held.mishap)
    const refreshing = client.refresh()
    await held.answered
    await client.logout()
    expect(client.getState().status).toBe('anonymous')
    held.release()
    expect(await refreshing).toBe(false)
    expect(client.getState().status).toBe('anonymous')
    expect(await client.accessToken()).toBeUndefined()
    expect(storage.items.size).toBe(0)
    expect((await refresh(server, before)).status).toBe(401)
  })

  it('ends the session with the token from that refresh, if the server could not be reached before', async () => {
    const client = await loggedIn()
    const before = storedToken()
    const held = holding()
    network.next('/refresh', held.mishap)
    network.next('/logout', unreachable)
    const refreshing = client.refresh()
    await held.answered
    await expect(client.logout()).rejects.toMatchObject({ code: 'network_error' })
    held.release()
    await refreshing
    expect((await refresh(server, before)).json).toMatchObject({ code: 'logout' })
  })

  it('stops the repetitions of a refresh', async () => {
    const client = await loggedIn()
    network.next('/refresh', async () => {
      await client.logout()
      throw new TypeError('fetch failed')
    })
    network.calls.length = 0
    expect(await client.refresh()).toBe(false)
    expect(network.calls).toEqual(['POST /refresh', 'POST /logout'])
  })

  it('takes effect in the client even if the server cannot be reached, and reports that', async () => {
    const client = await loggedIn()
    network.next('/logout', unreachable)
    await expect(client.logout()).rejects.toMatchObject({ code: 'network_error' })
    expect(client.getState()).toMatchObject({ status: 'anonymous', endReason: 'logout' })
    expect(storage.items.size).toBe(0)
  })

  it('succeeds for a session that has already ended', async () => {
    const client = await loggedIn()
    const twin = createTestClient(server, { storage, isTabAware: false })
    await twin.load()
    await client.logout()
    await twin.logout()
    expect(twin.getState().status).toBe('anonymous')
  })

  it('sends and reports nothing if nobody is logged in', async () => {
    const ends: string[] = []
    const client = createTestClient(server, { fetch: network.fetch, onSessionEnd: (reason) => ends.push(reason) })
    await client.logout()
    expect(network.calls).toEqual([])
    expect(ends).toEqual([])
  })

  it('leaves the session of a later login alone', async () => {
    const client = await loggedIn()
    const held = holding()
    network.next('/refresh', held.mishap)
    const refreshing = client.refresh()
    await held.answered
    await client.logout()
    await client.login({ username: 'ada', password: PASSWORD })
    held.release()
    await refreshing
    expect((await client.me()).username).toBe('ada')
    expect(client.getState().status).toBe('authenticated')
    expect((await refresh(server, storedToken())).status).toBe(200)
  })

  it('notifies all listeners and reaches the server, even if a listener of the app throws', async () => {
    const reported: unknown[] = []
    Object.assign(globalThis, { reportError: (error: unknown) => reported.push(error) })
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'reportError'))
    const fault = new Error('a fault of the app')
    const fail = () => {
      throw fault
    }
    const client = createTestClient(server, { fetch: network.fetch, storage, onSessionEnd: fail, isTabAware: false })
    await client.login({ username: 'ada', password: PASSWORD })
    const before = storedToken()
    const told: string[] = []
    client.subscribe(fail)
    client.onSessionEnd(fail)
    client.onSessionEnd((reason) => told.push(reason))
    await client.logout()
    expect(told).toEqual(['logout'])
    expect(reported).toEqual([fault, fault, fault])
    expect((await refresh(server, before)).status).toBe(401)
  })

  it('notifies each listener once, and no removed listener', async () => {
    const client = await loggedIn()
    const told: string[] = []
    client.onSessionEnd((reason) => told.push(`kept ${reason}`))
    const stop = client.onSessionEnd((reason) => told.push(`stopped ${reason}`))
    stop()
    await Promise.all([client.logout(), client.logout()])
    expect(told).toEqual(['kept logout'])
  })
})
