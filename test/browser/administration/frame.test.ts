import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

describe('the administration', () => {
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

  it('sends a stranger to sign in, and shows a superuser everything', async () => {
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

  it('loads nothing of it for accounts that are no staff', async () => {
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
