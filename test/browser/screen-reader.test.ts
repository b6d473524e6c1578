import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type AdministrationApp, enter, startAdministrationApp } from './administration/administration-app.ts'
import { type Visitor, visit } from './visitor.ts'

describe('what a screen reader says on the pages', () => {
  let app: AdministrationApp
  let browser: Browser
  let stranger: Visitor
  let root: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    await app.make('ada', { firstName: 'Ada', lastName: 'Lovelace' })
    browser = await launchChromium()
    stranger = await visit(browser, { url: app.url })
    root = await visit(browser, { url: app.url })
    await enter(root)
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })
  beforeEach(() => {
    stranger.check()
    root.check()
  })

  const focused = ({ page }: Visitor) =>
    page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`)

  /** The description of a field. */
  const describedBy = ({ page }: Visitor, label: string) =>
    page.getByLabel(label, { exact: true }).evaluate((field) =>
      (field.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join(' '),
    )

  it('begins at the heading when another page opens', async () => {
    await root.open('/account/')
    await root.page.getByRole('link', { name: 'Devices' }).click()
    await expect.poll(() => focused(root)).toBe('H1 Devices')
    await root.page.getByRole('link', { name: 'Activity' }).click()
    await expect.poll(() => focused(root)).toBe('H1 Activity')
    await root.open('/admin/')
    await root.page.getByRole('link', { name: 'Users', exact: true }).click()
    await expect.poll(() => focused(root)).toBe('H1 Users')
  })

  it('continues at the heading of what follows a form', async () => {
    await stranger.open('/forgot-password/')
    await stranger.page.getByLabel('Email address').fill('ada@example.org')
    await stranger.page.getByRole('button', { name: 'Send the link' }).click()
    await expect.poll(() => focused(stranger)).toBe('H1 Check your email')
  })

  it('keeps the focus where the language was chosen', async () => {
    await stranger.open('/sign-up/')
    const choice = stranger.page.getByLabel('Language')
    await choice.focus()
    await choice.selectOption('Deutsch')
    await stranger.page.getByRole('heading', { name: 'Konto anlegen' }).waitFor()
    expect(await focused(stranger)).toMatch(/^SELECT/)
    await stranger.page.getByLabel('Sprache').selectOption('English')
  })

  it('says the rules of a new password with its field, and goes to the field with the fault', async () => {
    await root.open('/account/security/')
    expect(await describedBy(root, 'New password')).toContain('At least 8 characters')
    root.expectRefusal(400, '/me/password')
    await root.page.getByLabel('Current password').fill('a wrong one')
    await root.page.getByLabel('New password', { exact: true }).fill('copper lantern 43')
    await root.page.getByRole('button', { name: 'Change password' }).click()
    await root.page.getByText('This password is wrong.').waitFor()
    await expect
      .poll(() => root.page.evaluate(() => (document.activeElement as HTMLInputElement).name))
      .toBe('old-password')
    expect(await root.page.getByLabel('Current password').getAttribute('aria-invalid')).toBe('true')
    expect(await describedBy(root, 'Current password')).toContain('This password is wrong.')
  })

  it('reads out what was saved, in a region that it already knows', async () => {
    await root.open('/admin/users/2/')
    await root.page.getByLabel(/^Last name/).fill('King')
    await root.page.evaluate(() => {
      for (const place of document.querySelectorAll<HTMLElement>('[role="status"]')) place.dataset.known = 'yes'
    })
    await root.page.getByRole('button', { name: 'Save changes' }).click()
    const place = root.page.getByRole('status').filter({ hasText: 'Saved.' })
    await place.waitFor()
    expect(await place.getAttribute('data-known')).toBe('yes')
  })

  it('names the row of every cell in a list', async () => {
    await root.open('/admin/users/')
    await root.page.getByRole('rowheader', { name: /Ada/ }).waitFor()
    expect(await root.page.getByRole('rowheader').count()).toBe(2)
  })

  it('has headings in order and one main part on every page', async () => {
    for (const path of [
      '/account/security/',
      '/admin/',
      '/admin/users/',
      '/admin/users/2/',
      '/admin/users/2/rights/',
    ]) {
      await root.open(path)
      await root.page.waitForLoadState('networkidle')
      const levels = await root.page.evaluate(() =>
        [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1])),
      )
      const skipped = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)
      expect({ path, skipped, first: levels[0], mains: await root.page.getByRole('main').count() }).toEqual({
        ...{ path, skipped: [], first: 1, mains: 1 },
      })
    }
  })

  it('mirrors the page if texts run from right to left', async () => {
    await root.page.setViewportSize({ width: 1280, height: 800 })
    await root.open('/admin/users/2/')
    await root.page.evaluate(() => {
      document.documentElement.dir = 'rtl'
    })
    const placeOf = async (role: 'main' | 'navigation') =>
      (await root.page.getByRole(role).first().boundingBox())?.x ?? 0
    expect(await placeOf('navigation')).toBeGreaterThan(await placeOf('main'))
    const [name, label] = await Promise.all(
      [root.page.getByRole('heading', { level: 1 }), root.page.getByRole('button', { name: 'Actions' })].map((one) =>
        one.boundingBox(),
      ),
    )
    expect(name?.x).toBeGreaterThan(label?.x ?? 0)
  })

  it('shows dates as the reader’s region writes them', async () => {
    await root.open('/account/')
    const since = root.page.locator('time').last()
    expect(await since.innerText()).toMatch(/^\d{1,2} \w+ \d{4}, \d\d:\d\d$/)
    expect(await since.getAttribute('title')).toMatch(/\d\d:\d\d:\d\d (CET|CEST|GMT[+]\d)/)
  })
})
