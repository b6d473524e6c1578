import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

describe('work on many things in the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    for (let number = 0; number < 5; number++) await app.make(`person${number}`)
    visitor = await visit(browser, { url: app.url })
    await enter(visitor, 'root', '/admin/users/?search=person')
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  const button = (name: string) => visitor.page.getByRole('button', { name, exact: true })
  const text = (words: string | RegExp) => visitor.page.getByText(words).first().waitFor()

  async function deactivateAll(): Promise<void> {
    await visitor.page.getByLabel('Select all on this page').check()
    await button('Actions').click()
    await visitor.page.getByRole('menuitem', { name: 'Deactivate', exact: true }).click()
    await button('Start').click()
  }

  it('can be continued after an interruption, in every tab, until it is done', async () => {
    const { page } = visitor
    const line = { done: 2, unchanged: 0, failed: [], share: 0.4, last_id: 3, end: null, problem: null }
    await page.route('**/bulk/stream', (route) =>
      route.fulfill({ contentType: 'application/x-ndjson', body: `${JSON.stringify(line)}\n` }),
    )
    await page.getByRole('row', { name: /person0/ }).waitFor()
    await deactivateAll()
    await text('2 users changed.')
    await page.keyboard.press('Escape')
    await text('“Deactivate” stopped before it was finished')
    await lookAt(visitor, 'users-interrupted')
    const tab = await visitor.openTab('/admin/users/')
    await tab.getByText('“Deactivate” stopped before it was finished').waitFor()
    await tab.getByRole('button', { name: 'Continue …' }).click()
    await tab.getByRole('button', { name: 'Continue', exact: true }).click()
    // The two of the first run were invented, so all others up to its last id are changed.
    await tab.getByText('5 users changed.').waitFor()
    await tab.keyboard.press('Escape')
    expect(await tab.getByText('stopped before it was finished').count()).toBe(0)
    await page.getByText('stopped before it was finished').waitFor({ state: 'detached' })
    await tab.close()
    await page.unroute('**/bulk/stream')
    visitor.check()
  })

  it('warns before somebody leaves the page by accident while it runs', async () => {
    const { page } = visitor
    await page.route('**/bulk/stream', () => {})
    await visitor.open('/admin/')
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await page.getByRole('row', { name: /person0/ }).waitFor()
    await deactivateAll()
    await text('Keep this tab open.')
    expect(await visitor.findBarriers()).toEqual([])
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const warning = await asked
    expect(warning.type()).toBe('beforeunload')
    await warning.dismiss()
    await page.evaluate(() => history.back())
    await text('Keep this tab open.')
    expect(new URL(page.url()).pathname).toBe('/admin/users/')
    await button('Stop').click()
    await text('Stopped early.')
    await page.keyboard.press('Escape')
    await button('Do not continue').click()
    expect(await page.getByText('stopped before it was finished').count()).toBe(0)
    await page.unroute('**/bulk/stream')
    visitor.check()
  })

  it('ends all sessions that match a filter, in one request', async () => {
    const { page } = visitor
    const names = ['ada', 'ada', 'ben']
    for (const name of new Set(names)) await app.make(name)
    for (const username of names) {
      await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password: PASSWORD } })
    }
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/sessions/end')) asked.push(new URL(request.url()).pathname)
    })
    await visitor.open('/admin/sessions/?username=ada#end')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(new URL(page.url()).hash).toBe('')
    await button('End all that match').click()
    expect(new URL(page.url()).hash).toBe('#end')
    await button('End the sessions').click()
    await text('2 sessions were ended.')
    await page.keyboard.press('Escape')
    await text('Nothing matches')
    expect(asked).toEqual(['/api/v1/admin/sessions/end/stream'])
    visitor.check()
  })
})
