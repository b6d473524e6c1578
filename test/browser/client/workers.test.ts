import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { type ClientSite, startClientSite } from './client-site.ts'

declare global {
  interface Window {
    ask(target: unknown, ...words: unknown[]): Promise<unknown>
    target: unknown
  }
}

const MINUTE = 60_000

let site: ClientSite
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  const [started, launched] = await Promise.all([startClientSite(), launchChromium()])
  site = started
  browser = launched
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
beforeEach(async () => {
  context = await browser.newContext({ baseURL: site.url })
})
afterEach(() => context.close())

/** A page, and the client in a thread of its own, or in the page itself. */
async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto('/')
  return page
}

const ask = (page: Page, ...words: unknown[]) =>
  page.evaluate((told) => window.ask(window.target, ...told), words) as Promise<unknown>

const credentials = () => ({ username: site.ada.username, password: site.ada.password })

const startServiceWorker = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js')
    const { active } = await navigator.serviceWorker.ready
    window.target = active
  })

const threads: Record<string, (page: Page) => Promise<void>> = {
  'a service worker': startServiceWorker,
  'a shared worker': (page) =>
    page.evaluate(() => {
      const { port } = new SharedWorker('/shared-worker.js')
      port.start()
      window.target = port
    }),
  'a worker': (page) =>
    page.evaluate(() => {
      window.target = new Worker('/worker.js')
    }),
}

describe.each(Object.entries(threads))('the client in %s of Chromium', (_name, start) => {
  it.each(['cookie', 'bearer'] as const)('logs in, refreshes, and logs out: %s mode', async (mode) => {
    const page = await openPage()
    await start(page)
    await ask(page, 'create', { mode, baseUrl: '/' })
    expect(await ask(page, 'login', credentials())).toMatchObject({ status: 'authenticated' })
    site.latchkey.clock.advance(6 * MINUTE)
    expect(await ask(page, 'me')).toMatchObject({ username: 'ada' })
    if (mode === 'bearer') expect(await ask(page, 'fetch', '/orders')).toBe(200)
    await ask(page, 'logout')
    expect(await ask(page, 'ends')).toEqual(['logout'])
    expect(await ask(page, 'getState')).toMatchObject({ status: 'anonymous', endReason: 'logout' })
    expect(await context.cookies()).toEqual([])
  })

  it('shares the session of a page, and learns that the page logs out', async () => {
    const page = await openPage()
    await start(page)
    await ask(page, 'create', { mode: 'cookie' })
    const tab = await openPage()
    await ask(tab, 'create', { mode: 'cookie' })
    await ask(tab, 'login', credentials())
    expect(await ask(page, 'load')).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
    await ask(tab, 'logout')
    await expect.poll(() => ask(page, 'ends')).toEqual(['logout'])
  })
})

it('adds the token to the requests of its pages in a service worker, and the pages never see it', async () => {
  const page = await openPage()
  await startServiceWorker(page)
  await ask(page, 'create', { mode: 'bearer', baseUrl: '/' })
  await ask(page, 'login', credentials())
  const orders = () => page.evaluate(async () => (await fetch('/orders')).text())
  expect(await orders()).toBe('orders of ada')
  site.latchkey.clock.advance(6 * MINUTE)
  expect(await orders()).toBe('orders of ada')
})

it('finds its session again after the browser has stopped it, in the storage from the manual', async () => {
  const page = await openPage()
  await startServiceWorker(page)
  await ask(page, 'createStored', { mode: 'bearer', baseUrl: '/' })
  expect(await ask(page, 'load')).toMatchObject({ status: 'anonymous' })
  await ask(page, 'login', credentials())
  // All that is left after a stop is what was stored.
  await ask(page, 'createStored', { mode: 'bearer', baseUrl: '/' })
  expect(await ask(page, 'load')).toMatchObject({ status: 'authenticated', account: { username: 'ada' } })
  expect(await page.evaluate(async () => (await fetch('/orders')).text())).toBe('orders of ada')
  await ask(page, 'logout')
  await ask(page, 'createStored', { mode: 'bearer', baseUrl: '/' })
  expect(await ask(page, 'load')).toMatchObject({ status: 'anonymous' })
})

describe('the cookies of a browser', () => {
  it.each([
    ['a logout in the same tab', false],
    ['a logout in another tab', true],
  ])('are not restored by a refresh that is answered after %s', async (_, isElsewhere) => {
    const [tab, other] = [await openPage(), await openPage()]
    for (const page of [tab, other]) await ask(page, 'create', { mode: 'cookie' })
    await ask(tab, 'login', credentials())
    await ask(other, 'load')
    const held = site.holdBack('/api/v1/refresh')
    const refreshing = ask(tab, 'refresh')
    await held.handled
    await ask(isElsewhere ? other : tab, 'logout')
    held.release()
    expect(await refreshing).toBe(false)
    // Another round trip to the server: what was sent before has arrived.
    expect(await ask(other, 'load')).toMatchObject({ status: 'anonymous' })
    expect(await context.cookies()).toEqual([])
  })

  it('are those of a login in another tab, even if a refresh of the previous session is answered later', async () => {
    const bob = await site.latchkey.createAccount()
    const [tab, other] = [await openPage(), await openPage()]
    for (const page of [tab, other]) await ask(page, 'create', { mode: 'cookie' })
    await ask(tab, 'login', credentials())
    await ask(other, 'load')
    const held = site.holdBack('/api/v1/refresh')
    const refreshing = ask(tab, 'refresh').catch(() => undefined)
    await held.handled
    await ask(other, 'login', { username: bob.username, password: bob.password })
    held.release()
    await refreshing
    expect(await ask(other, 'me')).toMatchObject({ username: bob.username })
    expect(await ask(tab, 'me')).toMatchObject({ username: bob.username })
  })
})
