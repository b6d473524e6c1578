import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

describe('the groups and the overview of the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp({ MAIL_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'auth@example.org' })
    browser = await launchChromium()
    await app.make('ann', { firstName: 'Ann', lastName: 'Archer' })
    await app.make('ben')
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: typeof name === 'string' })
  const heading = (name: string | RegExp) => visitor.page.getByRole('heading', { name }).first().waitFor()
  const text = (words: string | RegExp) => visitor.page.getByText(words).first().waitFor()
  const dialog = () => visitor.page.getByRole('dialog')

  it('create groups with permissions, add members, remove one and add it again, and delete the groups', async () => {
    const { page } = visitor
    await page.getByRole('link', { name: 'Groups' }).click()
    await text('There are no groups yet')
    await lookAt(visitor, 'groups-none')
    await page.getByRole('link', { name: 'New group' }).click()
    await button('Create group').click()
    await text('Fill this in.')
    await page.getByLabel('Name', { exact: true }).fill('Support <team>')
    await page.getByLabel(/^Description/).fill('Helps people who cannot sign in')
    await button(/^Add accounts\.view/).click()
    await page.getByLabel(/own services/).fill('nonsense')
    await page.keyboard.press('Enter')
    visitor.expectRefusal(400, '/admin/groups')
    await button('Create group').click()
    await text('This cannot be used.')
    await button(/^Remove nonsense/).click()
    await page.getByLabel(/own services/).fill('billing.view_invoice')
    await button('Add').click()
    await lookAt(visitor, 'group-new')
    await button('Create group').click()
    await heading('Support <team>')
    await text('The group has no members')
    await button('Add a member').click()
    await dialog().getByRole('searchbox').fill('ann')
    await button('Add Ann Archer').click()
    await text('Ann Archer is a member now.')
    await dialog().getByRole('searchbox').fill('nobody of this name')
    await text('Nobody matches.')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /Ann Archer/ }).waitFor()
    await lookAt(visitor, 'group')
    await button('Remove Ann Archer from the group').click()
    await text('Ann Archer is no longer a member.')
    await button('Undo').click()
    await button('Remove Ann Archer from the group').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Support')
    await button('Save changes').click()
    await text('Saved. The rights apply from the next request on.')
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ann', password: PASSWORD } })
    const { access_token: token } = json as { access_token: string }
    const me = (await sendJson(app.url, 'GET', '/api/v1/me', { token })).json as { permissions: string[] }
    expect(me.permissions).toEqual(['accounts.view', 'billing.view_invoice'])
    await page.getByRole('link', { name: 'Groups' }).first().click()
    await text('Helps people who cannot sign in')
    await lookAt(visitor, 'groups')
    await page.getByRole('row').nth(1).getByRole('cell').nth(1).click()
    await heading('Support')
    await button('Delete the group').click()
    await dialog().getByRole('button', { name: 'Delete the group' }).click()
    await text('The group Support is deleted.')
    await text('There are no groups yet')
    visitor.check()
  })

  it('show what happened over time, as charts and as numbers, and what needs attention', async () => {
    const { page } = visitor
    for (const password of [PASSWORD, 'wrong', PASSWORD, 'wrong again']) {
      await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ben', password } })
    }
    await visitor.open('/admin/')
    await text('Nothing needs attention')
    await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email: 'ben@example.org' } })
    await app.app.mailWorker.settle()
    app.clock.advance(11_000)
    await visitor.open('/admin/')
    await heading('Sign-ins')
    await heading('Needs attention')
    await text('Emails cannot be sent')
    await page.getByRole('img', { name: /^Sign-ins\. Succeeded: / }).waitFor()
    await lookAt(visitor, 'overview')
    await page.getByText('30 days', { exact: true }).click()
    await text('Days are counted in UTC.')
    await button('Show numbers').click()
    await page.getByRole('columnheader', { name: 'Failed' }).waitFor()
    await lookAt(visitor, 'overview-numbers')
    visitor.check()
  })
})
