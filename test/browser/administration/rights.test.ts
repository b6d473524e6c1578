import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

/** More than a picker offers at once. */
const GROUPS = 130

describe('rights in the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp()
    const names = Array.from({ length: GROUPS }, (_, index) => `Team ${String(index + 1).padStart(3, '0')}`)
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username: 'root', password: PASSWORD },
    })
    const { access_token: token } = json as { access_token: string }
    const groups = [
      ...names.map((name) => ({ name })),
      { name: 'Night <b>shift</b>', permissions: ['accounts.view', 'billing.see'] },
    ]
    for (const body of groups) await sendJson(app.url, 'POST', '/api/v1/admin/groups', { token, body })
    browser = await launchChromium()
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  }, 60_000)
  afterAll(async () => {
    visitor?.check()
    await browser?.close()
    await app?.close()
  })

  const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: typeof name === 'string' })
  const text = (words: string | RegExp) => visitor.page.getByText(words).first().waitFor()
  const dialog = () => visitor.page.getByRole('dialog')

  it('are granted together with the account, in one request', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/new/')
    await page.getByLabel(/^User name/).fill('keeper')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('switch', { name: /^Staff/ }).press('Space')
    await page.getByText('There are more. Search for what you need.').first().waitFor()
    await page.getByRole('searchbox', { name: 'Search in Available: Groups' }).fill('night')
    await button(/^Add Night <b>shift<\/b>/).click()
    await page.getByRole('searchbox', { name: 'Search in Available: Own permissions' }).fill('events')
    await button(/^Add events.view/).click()
    await lookAt(visitor, 'user-new-with-rights')
    const requests: string[] = []
    page.on('request', (request) => request.method() !== 'GET' && requests.push(new URL(request.url()).pathname))
    await button('Create user').click()
    await page.getByRole('heading', { name: 'keeper' }).first().waitFor()
    expect(requests.filter((path) => path.includes('/admin/'))).toEqual(['/api/v1/admin/users'])
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username: 'keeper', password: PASSWORD },
    })
    const { access_token: token } = json as { access_token: string }
    const me = (await sendJson(app.url, 'GET', '/api/v1/me', { token })).json as { permissions: string[] }
    expect(me.permissions).toEqual(['accounts.view', 'billing.see', 'events.view'])
  })

  it('are plain text for somebody who may only read, with one line that names what is missing', async () => {
    const permissions = ['accounts.view', 'groups.view', 'webhooks.view', 'events.view', 'sessions.view', 'keys.view']
    await app.make('reader', { isStaff: true, permissions })
    const id = await app.make('patient', { firstName: 'Pat', permissions: ['billing.see'] })
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username: 'root', password: PASSWORD },
    })
    const { access_token: token } = json as { access_token: string }
    const body = { url: 'https://hooks.example.org/in', events: ['account.created'] }
    const made = await sendJson(app.url, 'POST', '/api/v1/admin/webhooks', { token, body })
    const reader = await visit(browser, { url: app.url })
    await enter(reader, 'reader')
    const ofAccount = 'To change it, you need the permission accounts.change.'
    const ofSuperusers = 'Only superusers can change it.'
    for (const [name, path, line, value] of [
      ['profile', `/admin/users/${id}/`, ofAccount, 'patient@example.org'],
      ['sign-in', `/admin/users/${id}/sign-in/`, ofAccount, 'A password is set.'],
      ['rights', `/admin/users/${id}/rights/`, ofSuperusers, 'billing.see'],
      ['group', '/admin/groups/1/', ofSuperusers, 'Permissions'],
      ['webhook', `/admin/webhooks/${(made.json as { id: string }).id}/`, 'webhooks.change', body.url],
      ['keys', '/admin/keys/', 'keys.change', 'Signing'],
    ] as const) {
      await reader.open(path)
      await reader.page.getByText(line).waitFor()
      await reader.page.getByRole('main').getByText(value).first().waitFor()
      await lookAt(reader, `read-only-${name}`)
      const dead = reader.page.locator('main').locator('input, select, textarea, [disabled]')
      expect({ path, dead: await dead.count() }).toEqual({ path, dead: 0 })
      expect(await reader.page.getByText(/^You can only view this/).count()).toBe(1)
    }
    reader.check()
    await reader.leave()
  })

  it('are found by searching, wherever a group can be chosen and however many there are', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?search=keeper')
    await page.getByRole('checkbox', { name: 'Select keeper' }).check()
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Add to a group' }).click()
    await dialog().getByRole('combobox', { name: 'Group' }).fill('130')
    await page.getByRole('option', { name: 'Team 130' }).click()
    await lookAt(visitor, 'users-bulk-group')
    await dialog().getByRole('button', { name: 'Start' }).click()
    await text('1 user changed.')
    await button('Close').last().click()
    await visitor.open('/admin/users/')
    await button('Filters').click()
    await page.getByRole('combobox', { name: 'Group' }).fill('team 130')
    await page.getByRole('option', { name: 'Team 130' }).click()
    await button('Remove the filter Group').waitFor()
    await page.getByRole('link', { name: 'keeper' }).waitFor()
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await visitor.open('/admin/groups/?search=NIGHT')
    await page.getByRole('link', { name: 'Night <b>shift</b>' }).waitFor()
    expect(await page.getByRole('row').count()).toBe(2)
  })
})
