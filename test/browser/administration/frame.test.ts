import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { PASSWORD } from '../pages-app.ts'
import { visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

describe('the administration', { timeout: 90_000 }, () => {
  let app: AdministrationApp
  let browser: Browser

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    await app.make('reader', { isStaff: true, permissions: ['groups.view'] })
    await app.make('visitor')
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  it('sends a visitor to sign in, and shows a superuser everything', async () => {
    const visitor = await visit(browser, { url: app.url })
    await enter(visitor)
    await visitor.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await lookAt(visitor, 'overview')
    await visitor.page.getByRole('link', { name: 'Users' }).click()
    await visitor.page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
    await visitor.page.getByText('root').first().waitFor()
    await visitor.open('/admin/nowhere/')
    await visitor.page.getByRole('heading', { name: 'This page does not exist' }).waitFor()
    visitor.check()
    await visitor.leave()
  })

  it('shows staff what they may see, and refuses the rest on the server too', async () => {
    const visitor = await visit(browser, { url: app.url })
    await enter(visitor, 'reader', '/admin/users/')
    await visitor.page.getByRole('heading', { name: 'Your account may not open this page' }).waitFor()
    await visitor.page.getByText('accounts.view').waitFor()
    expect(await visitor.page.getByRole('link', { name: 'Users' }).count()).toBe(0)
    await lookAt(visitor, 'forbidden')
    visitor.expectRefusal(403, '/admin/users')
    const status = await visitor.page.evaluate(async () => (await fetch('/api/v1/admin/users')).status)
    expect(status).toBe(403)
    visitor.check()
    await visitor.leave()
  })

  it('is in German if the browser prefers that, and fits a narrow phone in German too', async () => {
    const visitor = await visit(browser, { url: app.url, locale: 'de-DE' })
    const id = await app.make('karl')
    await visitor.page.setViewportSize({ width: 360, height: 740 })
    await visitor.page.goto('/admin/')
    await visitor.page.getByLabel('Benutzername').fill('root')
    await visitor.page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
    await visitor.page.getByRole('button', { name: 'Anmelden' }).click()
    await visitor.page.getByRole('heading', { name: 'Übersicht' }).waitFor()
    const titles: [path: string, title: string][] = [
      ['users/', 'Benutzer'],
      ['users/new/', 'Neuer Benutzer'],
      [`users/${id}/sign-in/`, 'karl'],
      [`users/${id}/rights/`, 'karl'],
      [`users/${id}/sessions/`, 'karl'],
      [`users/${id}/events/`, 'karl'],
      [`users/${id}/delete/`, 'karl löschen'],
      ['groups/', 'Gruppen'],
      ['groups/new/', 'Neue Gruppe'],
      ['sessions/', 'Sitzungen'],
      ['settings/', 'Einstellungen'],
    ]
    for (const [path, title] of titles) {
      await visitor.open(`/admin/${path}`)
      await visitor.page.getByRole('heading', { name: title, level: 1 }).waitFor()
      await visitor.settled()
      const excess = () =>
        visitor.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement
          return Math.max(0, scrollWidth - clientWidth)
        })
      await expect.poll(async () => [path, await excess()]).toEqual([path, 0])
    }
    expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('de')
    visitor.check()
    await visitor.leave()
  })

  it('can be used with the keyboard alone', async () => {
    const visitor = await visit(browser, { url: app.url })
    const { page } = visitor
    await enter(visitor)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Skip to content')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Users' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
    // The heading has the focus, so a screen reader says which page this is.
    await expect.poll(focused).toBe('Users')
    await page.getByRole('link', { name: 'visitor' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('h1:focus').waitFor()
    await page.getByRole('button', { name: 'Actions' }).focus()
    await page.keyboard.press('Enter')
    const deactivate = page.getByRole('menuitem', { name: 'Deactivate' })
    // The menu takes the focus when it is open, and the keys with it.
    const openMenu = page.locator('[role="menu"]:focus-within')
    await openMenu.waitFor()
    await page.keyboard.press('Escape')
    await deactivate.waitFor({ state: 'detached' })
    await expect.poll(focused).toBe('Actions')
    await page.keyboard.press('Enter')
    await openMenu.waitFor()
    await deactivate.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    visitor.check()
    await visitor.leave()
  })

  it('loads none of its code for accounts that are not staff', async () => {
    const visitor = await visit(browser, { url: app.url })
    const scripts: string[] = []
    visitor.page.on('request', (request) => scripts.push(new URL(request.url()).pathname))
    visitor.expectRefusal(403, '/admin/')
    await enter(visitor, 'visitor')
    await visitor.page.getByRole('heading', { name: 'This page is not for you' }).waitFor()
    expect(scripts.filter((path) => path.includes('administration'))).toEqual([])
    visitor.check()
    await visitor.leave()
  })
})
