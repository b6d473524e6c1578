import { Window } from 'happy-dom'
import { act, createElement, type ReactNode, StrictMode, useEffect } from 'react'
import type { Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestApp } from '../../../test/support/test-app.ts'
import { addAccount, PASSWORD } from '../../../test/support/v1-client.ts'
import { type Client, createClient } from '../src/client.ts'
import { LatchkeyProvider, useClient, useSession } from '../src/react.ts'
import { createNetwork, holding, type Network, unreachable } from './network.ts'
import { createSharedStorage, createTestClient, startServer } from './test-client.ts'

describe('useSession() under strict mode', () => {
  let server: TestApp
  let network: Network
  let storage: ReturnType<typeof createSharedStorage>
  let client: Client
  let root: Root
  let page: HTMLElement

  beforeAll(async () => {
    server = await startServer()
    await addAccount(server, 'ada')
    const window = new Window()
    Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true })
  })
  afterAll(async () => {
    await server.close()
    for (const name of ['window', 'document', 'IS_REACT_ACT_ENVIRONMENT']) Reflect.deleteProperty(globalThis, name)
  })
  beforeEach(async () => {
    network = createNetwork(() => server.url)
    storage = createSharedStorage()
    client = createTestClient(server, { fetch: network.fetch, storage })
    const { createRoot } = await import('react-dom/client')
    page = document.createElement('div')
    root = createRoot(page)
  })
  afterEach(async () => {
    await act(async () => root.unmount())
    client.dispose()
  })

  const inProvider = (...children: ReactNode[]) =>
    createElement(StrictMode, null, createElement(LatchkeyProvider, { client }, ...children))

  function Status(): ReactNode {
    const session = useSession()
    if (session.status === 'authenticated') return session.account?.username ?? 'somebody'
    if (session.status === 'anonymous') return `nobody ${session.endReason ?? ''}`
    return session.error ? 'unreachable' : 'loading'
  }

  async function render(node: ReactNode): Promise<void> {
    await act(async () => root.render(node))
    // What effects asked the client for.
    await act(() => client.load())
  }

  async function leaveSession(): Promise<void> {
    const former = createTestClient(server, { storage, isTabAware: false })
    await former.login({ username: 'ada', password: PASSWORD })
  }

  it('asks the server once who is logged in, however many components want to know', async () => {
    await leaveSession()
    await render(inProvider(createElement(Status, { key: 1 }), ' and ', createElement(Status, { key: 2 })))
    expect(page.textContent).toBe('ada and ada')
    expect(network.calls).toEqual(['GET /me'])
  })

  it('follows a log-in and a log-out', async () => {
    await render(inProvider(createElement(Status)))
    expect(page.textContent).toBe('nobody ')
    await act(() => client.login({ username: 'ada', password: PASSWORD }))
    expect(page.textContent).toBe('ada')
    await act(() => client.logout())
    expect(page.textContent).toBe('nobody logout')
  })

  it('is loading until the answer is there', async () => {
    await leaveSession()
    const held = holding()
    network.next('/me', held.mishap)
    await act(async () => root.render(inProvider(createElement(Status))))
    await held.answered
    expect(page.textContent).toBe('somebody')
    held.release()
    await act(() => client.load())
    expect(page.textContent).toBe('ada')
  })

  it('shows the session while the server cannot say whose it is, and the account as soon as it can', async () => {
    await leaveSession()
    network.next('/me', unreachable)
    await act(async () => root.render(inProvider(createElement(Status))))
    expect(page.textContent).toBe('somebody')
    await act(() => client.load())
    await act(() => client.load())
    expect(page.textContent).toBe('ada')
  })

  it('shows whose session it is once the server answers other requests again', async () => {
    await leaveSession()
    network.next('/me', unreachable)
    await act(async () => root.render(inProvider(createElement(Status))))
    expect(page.textContent).toBe('somebody')
    const known = Promise.withResolvers<void>()
    client.subscribe(() => client.getState().account && known.resolve())
    await act(() => client.request('GET /me/sessions'))
    await act(() => known.promise)
    expect(page.textContent).toBe('ada')
  })

  it('keeps working after a component disposes of the client when it unmounts, as strict mode makes it do at once', async () => {
    function Disposing(): ReactNode {
      const used = useClient()
      useEffect(() => () => used.dispose(), [used])
      return createElement(Status)
    }
    await render(inProvider(createElement(Disposing)))
    await act(() => client.login({ username: 'ada', password: PASSWORD }))
    expect(page.textContent).toBe('ada')
  })

  it('is loading on the server, so that hydration finds the same page', () => {
    expect(renderToString(inProvider(createElement(Status)))).toBe('loading')
  })

  it('is loading on the server even with a relative base URL; only a call says that there is no page', async () => {
    client = createClient({ baseUrl: '/auth', mode: 'cookie' })
    expect(renderToString(inProvider(createElement(Status)))).toBe('loading')
    await expect(client.me()).rejects.toThrow('there is no page here')
    await expect(client.fetch('/orders')).rejects.toThrow(TypeError)
  })

  it('says what is missing if there is no provider', () => {
    expect(() => renderToString(createElement(Status))).toThrow('LatchkeyProvider')
  })
})
