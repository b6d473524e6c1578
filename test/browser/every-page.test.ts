import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { takesScreenshots, type Visitor, visit } from './visitor.ts'

const TOKEN = 'a'.repeat(43)

const ofStrangers: [name: string, path: string][] = [
  ['start', '/'],
  ['mailbox', '/dev/mailbox'],
  ['manual', '/dev/manual/'],
  ['reference', '/docs/'],
  ['reference-operation', '/docs/post-api-v1-admin-users/'],
  ['manual-page', '/dev/manual/cookies.md'],
  ['sign-in', '/sign-in/'],
  ['sign-in-ended', '/sign-in/?reason=replayed'],
  ['sign-up', '/sign-up/'],
  ['signed-out', '/signed-out/?reason=password_reset'],
  ['forgot-password', '/forgot-password/'],
  ['confirm-email', '/confirm-email/'],
  ['verify-email', `/account/verify-email?token=${TOKEN}`],
  ['reset-password', `/account/reset-password?token=${TOKEN}`],
  ['reset-password-cut-off', '/account/reset-password'],
  ['change-email', `/account/confirm-email-change?token=${TOKEN}`],
  ['accept-invitation', `/account/accept-invitation?token=${TOKEN}`],
  ['first-administrator', `/first-administrator/?token=${TOKEN}`],
]

const ofOwners: [name: string, path: string][] = [
  ['account-profile', '/account/'],
  ['account-security', '/account/security/'],
  ['account-sessions', '/account/sessions/'],
  ['account-activity', '/account/activity/'],
  ['account-data', '/account/data/'],
]

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }

describe('every page', () => {
  let app: PagesApp
  let browser: Browser
  let stranger: Visitor
  let owner: Visitor

  beforeAll(async () => {
    app = await startPagesApp()
    browser = await launchChromium()
    stranger = await visit(browser, { url: app.url })
    owner = await visit(browser, { url: app.url })
    await app.register('marie')
    await owner.open('/sign-in/')
    await owner.page.getByLabel('User name').fill('marie')
    await owner.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await owner.page.getByRole('button', { name: 'Sign in' }).click()
    await owner.page.getByRole('heading', { name: 'Profile' }).waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  /** Looks at a page in both sizes and both colour schemes. */
  async function lookAt(visitor: Visitor, name: string, path: string): Promise<void> {
    const { page } = visitor
    await visitor.open(path)
    await visitor.settled()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [size, viewport] of Object.entries(sizes)) {
        if (size === 'phone' && !takesScreenshots) continue
        await page.setViewportSize(viewport)
        await visitor.photograph(`${name}-${size}-${colorScheme}`)
      }
      expect(await visitor.findBarriers()).toEqual([])
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }

  /** How far a page sticks out sideways: at 360 px, at 200 % zoom of a small window, and in right-to-left text. */
  async function overflows({ page }: Visitor): Promise<string[]> {
    const found: string[] = []
    for (const [what, width, dir] of [
      ['at 360 px', 360, 'ltr'],
      ['at 200 %', 512, 'ltr'],
      ['from right to left at 360 px', 360, 'rtl'],
      ['from right to left', 1280, 'rtl'],
    ] as const) {
      await page.setViewportSize({ width, height: 700 })
      const excess = await page.evaluate((direction) => {
        document.documentElement.dir = direction
        return document.documentElement.scrollWidth - document.documentElement.clientWidth
      }, dir)
      if (excess > 0) found.push(`${what}: ${excess} px`)
    }
    await page.evaluate(() => document.documentElement.removeAttribute('dir'))
    return found
  }

  it.each(ofStrangers)('%s has no barrier and fits every screen', async (name, path) => {
    await lookAt(stranger, name, path)
    expect(await overflows(stranger)).toEqual([])
    stranger.check()
  })

  it('exists for addresses that lead nowhere', async () => {
    stranger.expectRefusal(404, '/nowhere/')
    await lookAt(stranger, 'not-found', '/nowhere/')
    expect(await stranger.page.locator('h1').innerText()).toBe('This page does not exist')
    stranger.check()
  })

  it.each(ofOwners)('%s has no barrier and fits every screen', async (name, path) => {
    await lookAt(owner, name, path)
    expect(await overflows(owner)).toEqual([])
    owner.check()
  })

  it('is in German if the browser prefers that', async () => {
    const visitor = await visit(browser, { url: app.url, locale: 'de-AT' })
    await visitor.open('/sign-in/')
    expect(await visitor.page.locator('h1').innerText()).toBe('Anmelden')
    expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('de')
    await visitor.page.getByLabel('Sprache').selectOption('English')
    expect(await visitor.page.locator('h1').innerText()).toBe('Sign in')
    visitor.check()
    await visitor.leave()
  })
})
