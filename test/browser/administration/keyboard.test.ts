import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, startAdministrationApp } from './administration-app.ts'

/** More Tab stops than any page has. */
const FAR = 90

describe('the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    for (const name of ['ada', 'ben', 'cara']) await app.make(name)
    await app.administer('deactivate', 'cara')
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  /** What has the focus: its role or element, and its name. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null
      const labels = (element as HTMLInputElement | null)?.labels ?? []
      if (element === document.body) return 'nothing'
      const name = element?.getAttribute('aria-label') ?? labels[0]?.textContent ?? element?.textContent ?? ''
      return name.trim()
    })

  /** Presses Tab until an element with this name has the focus. */
  async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
    const seen: string[] = []
    for (let step = 0; step < FAR; step++) {
      await page.keyboard.press(key)
      const now = await focused(page)
      if (typeof name === 'string' ? now === name : name.test(now)) return
      seen.push(now)
    }
    throw new Error(`${name} is never reached; there are: ${seen.join(' | ')}`)
  }

  it('finds, filters, selects and acts with the keyboard alone, and Escape leaves each step', async () => {
    visitor = await visit(browser, { url: app.url })
    const { page } = visitor
    await enter(visitor)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await tabTo(page, 'Users')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
    await page.getByRole('row', { name: /cara/ }).waitFor()
    await tabTo(page, /^Search by name/)
    await page.keyboard.type('c')
    await page.getByRole('row', { name: /ben/ }).waitFor({ state: 'detached' })
    await page.keyboard.press('Backspace')
    await page.getByRole('row', { name: /ben/ }).waitFor()
    await tabTo(page, 'Filters')
    await page.keyboard.press('Enter')
    await tabTo(page, /^State/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('row', { name: /ben/ }).waitFor({ state: 'detached' })
    await tabTo(page, 'Select cara')
    await page.keyboard.press('Space')
    await page.getByText('1 user selected').waitFor()
    await tabTo(page, 'Actions', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Activate', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Actions')
    await page.keyboard.press('Enter')
    await page.locator('[role="menu"]:focus-within').waitFor()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => focused(page)).toBe('Activate')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Actions')
    await page.keyboard.press('Enter')
    await page.locator('[role="menu"]:focus-within').waitFor()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => focused(page)).toBe('Activate')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Start')
    await page.keyboard.press('Enter')
    await page.getByText('1 user changed.').waitFor()
    await expect.poll(() => focused(page)).toBe('Close')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByText('Nothing matches').waitFor()
    visitor.check()
    await visitor.leave()
  })

  it('fits at 200 % zoom: half as wide and half as high, as WCAG 1.4.4 and 1.4.10 ask', async () => {
    visitor = await visit(browser, { url: app.url })
    const { page } = visitor
    await enter(visitor)
    const id = await app.make('zoe')
    for (const [width, height] of [
      [640, 400],
      [360, 640],
    ] as const) {
      await page.setViewportSize({ width, height })
      for (const path of [
        '',
        'users/',
        `users/${id}/`,
        `users/${id}/rights/`,
        'users/new/',
        'groups/',
        'sessions/',
        'events/',
        'keys/',
        'mail/',
        'webhooks/',
        'limits/',
        'settings/',
      ]) {
        await visitor.open(`/admin/${path}`)
        await visitor.settled()
        const excess = () =>
          // Space that is reserved for a scroll bar makes it negative.
          page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))
        await expect.poll(async () => [width, path, await excess()]).toEqual([width, path, 0])
        // Something can be read beside the elements that stick to the edges.
        const heading = await page.locator('h1').first().boundingBox()
        expect([path, (heading?.y ?? height) < height]).toEqual([path, true])
      }
    }
    visitor.check()
    await visitor.leave()
  })

  it('works in two tabs for a minute, while access tokens last for ten seconds', async () => {
    const brief = await startAdministrationApp({ ACCESS_TOKEN_LIFETIME: '10s' })
    await brief.make('ada')
    const both = await visit(browser, { url: brief.url })
    await both.context.clock.install()
    await enter(both)
    const tabs = [both.page, await both.openTab('/admin/')]
    for (let seconds = 0; seconds < 60; seconds += 12) {
      brief.clock.advance(12_000)
      await both.context.clock.fastForward(12_000)
      for (const [link, row] of [
        ['Users', 'ada'],
        ['Audit log', 'Signed in'],
      ] as const) {
        await Promise.all(tabs.map((tab) => tab.getByRole('link', { name: link, exact: true }).first().click()))
        await Promise.all(tabs.map((tab) => tab.getByRole('heading', { name: link, level: 1 }).waitFor()))
        await Promise.all(tabs.map((tab) => tab.getByRole('row', { name: row }).first().waitFor()))
      }
    }
    expect(await both.page.getByRole('dialog').count()).toBe(0)
    // A page that was just opened does not know how old its token is. It learns that from the first refusal.
    both.forgive(/^refused: 401 GET \/api\/v1\//)
    both.check()
    await both.leave()
    await brief.close()
  })
})
