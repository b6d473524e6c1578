import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

describe('the addresses of open dialogs', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor
  let annId: number

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    annId = await app.make('ann')
    for (const username of ['ann', 'root']) {
      await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password: PASSWORD } })
    }
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  })
  afterAll(async () => {
    visitor?.check()
    await browser?.close()
    await app?.close()
  })

  const dialog = () => visitor.page.getByRole('dialog')
  const hash = () => new URL(visitor.page.url()).hash

  it.each([
    ['ending a session', () => `/admin/users/${annId}/sessions/`, /^End the session on/, /^#end=/],
    ['retiring a key', () => '/admin/keys/', /^Destroy the key/, /^#retire=/],
    ['deleting the account', () => '/account/data/', 'Delete my account', /^#delete$/],
    ['ending the other sessions', () => '/account/sessions/', 'Sign out all other devices', /^#end-others$/],
  ])('%s has one: it can be opened, kept and left by it', async (_what, path, button, address) => {
    const { page } = visitor
    await visitor.open(path())
    await page.getByRole('button', { name: button }).first().click()
    await dialog().waitFor()
    expect(hash()).toMatch(address)
    const title = await dialog().getByRole('heading').first().innerText()
    await page.reload()
    await dialog().getByRole('heading', { name: title }).waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(hash()).toBe('')
    await page.getByRole('button', { name: button }).first().click()
    await dialog().waitFor()
    await page.goBack()
    await dialog().waitFor({ state: 'detached' })
    expect(new URL(page.url()).pathname).toBe(path())
  })

  it('a question about selected users is closed by the Back button, and asks nothing once the selection is gone', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/')
    await page.getByLabel('Select ann').check()
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Deactivate', exact: true }).click()
    await dialog().waitFor()
    expect(hash()).toBe('#deactivate')
    await page.goBack()
    await dialog().waitFor({ state: 'detached' })
    expect(await page.getByLabel('Select ann').isChecked()).toBe(true)
    await visitor.open('/admin/users/#deactivate')
    await page.reload()
    await page.getByLabel('Select ann').check()
    await page.getByRole('button', { name: 'Actions' }).waitFor()
    expect(await dialog().count()).toBe(0)
    await page.getByRole('button', { name: 'Actions' }).click()
    await page.getByRole('menuitem', { name: 'Deactivate', exact: true }).click()
    await dialog().waitFor()
  })

  it('an address opens no dialog for something that does not exist', async () => {
    await visitor.open(`/admin/keys/#retire=${'x'.repeat(20)}`)
    await visitor.page.getByRole('rowheader').first().waitFor()
    await visitor.open(`/admin/users/${annId}/sessions/#end=<img src=x onerror=alert(1)>`)
    await visitor.page.getByRole('rowheader').first().waitFor()
    expect(await dialog().count()).toBe(0)
  })

  it('users are filtered by their second factor and by days, and an id is copied', async () => {
    const { page } = visitor
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await visitor.open('/admin/users/')
    await page.getByRole('button', { name: 'Filters' }).click()
    await page.getByLabel('Second factor', { exact: true }).selectOption('No')
    await page.waitForURL(/second_factor=false/)
    await page.getByRole('rowheader', { name: /ann/ }).waitFor()
    await page.getByRole('button', { name: 'Created: Last 7 days' }).click()
    await page.waitForURL(/created_from=\d{4}-\d\d-\d\d/)
    await page.getByRole('rowheader', { name: /ann/ }).waitFor()
    await lookAt(visitor, 'users-filters')
    await page.getByLabel('Second factor', { exact: true }).selectOption('Yes')
    await page.getByText('Nothing matches').first().waitFor()
    await visitor.open(`/admin/users/${annId}/`)
    await page.getByRole('button', { name: 'Copy ID', exact: true }).click()
    await page.getByRole('button', { name: 'Copied ID', exact: true }).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(String(annId))
    await lookAt(visitor, 'user-facts')
    // Browsers have no clipboard if the page was loaded by plain http.
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
    await page.reload()
    await page.getByText(String(annId), { exact: true }).first().waitFor()
    expect(await page.getByRole('button', { name: /^Cop/ }).count()).toBe(0)
  })
})
