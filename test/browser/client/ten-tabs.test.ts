import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExampleProgram, startExample } from '../../examples/react-express-program.ts'
import { launchChromium } from '../../support/chromium.ts'

const PASSWORD = 'copper-lantern-42'
const TABS = 10
/** A person's pause between two notes. Without it, ten tabs would keep the whole machine busy until tokens expire. */
const PAUSE_MS = 100
/** How often each tab refreshes before the server is killed, and again afterwards. */
const REFRESHES = 2

/** A tab, and what it did so far. */
type Tab = { page: Page; refreshes: () => number; isAnswered: () => boolean }

/*
 * The page and the API of `examples/react-express`, as somebody else would write them, in a real browser: under React's strict
 * mode, with an access token that lives for two seconds.
 */
describe.each(['cookie', 'bearer'] as const)('ten tabs of a React page, in %s mode', (mode) => {
  let program: ExampleProgram
  let browser: Browser
  let context: BrowserContext
  let tabs: Tab[]

  beforeAll(async () => {
    const [started, launched] = await Promise.all([
      // A machine under load takes long to start the server again.
      startExample({ ACCESS_TOKEN_LIFETIME: '2s', REFRESH_RETRY_WINDOW: '60s', LOG_LEVEL: 'silent' }),
      launchChromium(),
    ])
    program = started
    browser = launched
    context = await browser.newContext({ baseURL: program.url })
    context.setDefaultTimeout(30_000)
  }, 200_000)
  afterAll(async () => {
    await browser?.close()
    await program?.remove()
  })

  async function openTab(): Promise<Tab> {
    const page = await context.newPage()
    let refreshes = 0
    let isAnswered = false
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname === '/auth/api/v1/refresh' && response.ok()) refreshes += 1
      if (pathname === '/notes') isAnswered = response.ok()
    })
    await page.goto(mode === 'bearer' ? '/?mode=bearer' : '/')
    return { page, refreshes: () => refreshes, isAnswered: () => isAnswered }
  }

  /** Adds notes in a tab until a condition holds. Each note is a request to the API, with a token or a cookie. */
  async function addNotesUntil({ page }: Tab, isReached: () => boolean): Promise<void> {
    for (let added = 0; !isReached(); added += 1) {
      if (added === 2_000) throw new Error('2000 notes did not do')
      await page.getByLabel('Note').fill(`note ${added}`)
      const asked = page.waitForEvent('requestfinished', ({ url }) => url().endsWith('/notes')).catch(() => {})
      const failed = page.waitForEvent('requestfailed').catch(() => {})
      await page.getByRole('button', { name: 'Add' }).click()
      await Promise.race([asked, failed])
      await page.waitForTimeout(PAUSE_MS)
    }
  }

  const refreshAll = () =>
    Promise.all(
      tabs.map((tab) => {
        const before = tab.refreshes()
        return addNotesUntil(tab, () => tab.refreshes() >= before + REFRESHES && tab.isAnswered())
      }),
    )

  const loggedOut = ({ page }: Tab) => page.getByRole('button', { name: 'Register' }).isVisible()

  it('stay logged in through refreshes while the server is killed, and log out together', {
    timeout: 200_000,
  }, async () => {
    const first = await openTab()
    await first.page.getByLabel('Name').fill('ada')
    await first.page.getByLabel('Password').fill(PASSWORD)
    await first.page.getByRole('button', { name: 'Register' }).click()
    await first.page.getByText('Hello ada').waitFor()
    tabs = [first, ...(await Promise.all(Array.from({ length: TABS - 1 }, openTab)))]
    for (const { page } of tabs) await page.getByText('Hello ada').waitFor()

    await refreshAll()

    const killed = program.stop('SIGKILL')
    const message = 'The server does not answer. You are still logged in.'
    for (const { page } of tabs) {
      await page.getByLabel('Note').fill('nobody hears this')
      await page.getByRole('button', { name: 'Add' }).click()
    }
    await killed
    await first.page.getByRole('button', { name: 'Add' }).click()
    await first.page.getByText(message).waitFor()
    await program.start()

    await refreshAll()
    for (const tab of tabs) {
      expect(await loggedOut(tab)).toBe(false)
      expect(await tab.page.getByText('Hello ada').isVisible()).toBe(true)
    }

    await first.page.getByRole('button', { name: 'Log out' }).click()
    for (const { page } of tabs) await page.getByText('Your session has ended: logout.').waitFor()
    expect(await Promise.all(tabs.map(loggedOut))).toEqual(Array(TABS).fill(true))
    expect((await context.cookies()).filter(({ name }) => name.includes('latchkey'))).toEqual([])
    expect(await first.page.evaluate(() => Object.keys(localStorage))).toEqual([])
    const reloaded = await openTab()
    await reloaded.page.getByRole('button', { name: 'Register' }).waitFor()
  })
})
