import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { authenticatorApp } from '../support/second-factors.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { visit } from './visitor.ts'

/** The smallest target that a finger can hit, in pixels (WCAG 2.2, 2.5.5). */
const FINGER = 44

/** What is wrong with a page on a phone: it scrolls sideways, or a target is too low for a finger. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const { scrollWidth, clientWidth } = document.documentElement
    const faults = scrollWidth > clientWidth ? [`sticks out by ${scrollWidth - clientWidth} px`] : []
    for (const target of document.querySelectorAll('button, a, select, input:not([type=checkbox])')) {
      const { height, bottom } = (target.closest('.mantine-Input-wrapper') ?? target).getBoundingClientRect()
      const isShown = height > 1 && bottom > 0 && target.checkVisibility()
      if (isShown && height < least) faults.push(`${height} px high: ${target.outerHTML.slice(0, 200)}`)
    }
    return faults
  }, FINGER)
}

describe.each([
  ['en-GB', 'Add an authenticator app', 'Code', 'Confirm', /Your recovery codes/],
  ['de-DE', 'Authenticator-App hinzufügen', 'Code', 'Bestätigen', /Deine Wiederherstellungscodes/],
])('on a phone, in %s', (locale, add, code, confirm, saved) => {
  let app: PagesApp
  let browser: Browser

  beforeAll(async () => {
    app = await startPagesApp()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  it('everything from signing in to recovery codes fits the screen and a finger', async () => {
    const visitor = await visit(browser, { url: app.url, locale, isPhone: true })
    const { page } = visitor
    await app.register('marie')
    const fits = async () => expect(await faultsOf(page)).toEqual([])
    await visitor.open('/sign-up/')
    await page.waitForLoadState('networkidle')
    await fits()
    await visitor.open('/sign-in/')
    await fits()
    await page.locator('input[name=username]').fill('marie')
    await page.locator('input[type=password]').fill(PASSWORD)
    await page.locator('button[type=submit]').tap()
    await page.waitForURL('**/account/')
    for (const path of [
      '/account/',
      '/account/sessions/',
      '/account/activity/',
      '/account/data/',
      '/account/security/',
    ]) {
      await visitor.open(path)
      await page.waitForLoadState('networkidle')
      await fits()
    }
    await page.getByRole('button', { name: add }).tap()
    const secret = (await page.locator('[data-secret]').innerText()).replaceAll(/\s/g, '')
    await fits()
    await page.getByRole('textbox', { name: code, exact: true }).fill(authenticatorApp(app, secret).code())
    await page.getByRole('button', { name: confirm, exact: true }).tap()
    await page.getByText(saved).waitFor()
    await fits()
    // Each code is on a line of its own, on the screen and on paper, and nothing else is printed.
    await page.emulateMedia({ media: 'print' })
    expect((await page.locator('[data-codes]').innerText()).trim().split('\n')).toHaveLength(10)
    for (const other of ['header', 'nav', 'h1']) expect(await page.locator(other).first().isVisible()).toBe(false)
    visitor.check()
    await visitor.leave()
  })
})
