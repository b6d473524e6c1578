import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { sendJson } from '../../support/http-client.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

const OTHER_PASSWORD = 'silver lantern 43'

describe('the users of the administration', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: Visitor
  let annId: number

  beforeAll(async () => {
    app = await startAdministrationApp()
    browser = await launchChromium()
    annId = await app.make('ann', { firstName: 'Ann', lastName: 'Archer' })
    await app.make('ben', { firstName: 'Ben', lastName: '<b>Bold</b>' })
    for (let number = 1; number <= 60; number++) await app.make(`person${String(number).padStart(2, '0')}`)
    await app.make('zoe', { isStaff: true, permissions: ['accounts.view', 'groups.view'] })
    visitor = await visit(browser, { url: app.url })
    await enter(visitor)
  })
  afterAll(async () => {
    visitor?.check()
    await browser?.close()
    await app?.close()
  })

  const button = (name: string | RegExp) => visitor.page.getByRole('button', { name, exact: typeof name === 'string' })
  const heading = (name: string | RegExp) => visitor.page.getByRole('heading', { name }).first().waitFor()
  const text = (words: string | RegExp) => visitor.page.getByText(words).first().waitFor()
  const rows = () => visitor.page.getByRole('row')
  const tab = (name: string) =>
    visitor.page.getByRole('navigation', { name: 'About this user' }).getByRole('link', { name })
  const dialog = () => visitor.page.getByRole('dialog')
  const logIn = (username: string, password: string) =>
    sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password } })

  it('are listed in pages, sorted, searched and filtered, and the list is unchanged on return', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/')
    await text('zoe')
    expect(await rows().count()).toBe(51)
    await button('Next').click()
    await page.getByRole('link', { name: /Ann Archer/ }).waitFor()
    expect(await rows().count()).toBe(14 + 1)
    await button('Previous').click()
    await text('zoe')
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click()
    await page.getByRole('columnheader', { name: 'Name' }).and(page.locator('[aria-sort=ascending]')).waitFor()
    // The head changes at once, the rows when the response arrives.
    await expect.poll(() => rows().nth(1).innerText()).toContain('Ann Archer')
    // Slower than the list follows, faster than the server responds: no letter is lost.
    await page.getByRole('searchbox').pressSequentially('person1', { delay: 260 })
    await expect.poll(() => rows().count()).toBe(11)
    expect(await page.getByRole('searchbox').inputValue()).toBe('person1')
    await button('Filters').click()
    await page.getByLabel('State').selectOption('Active')
    await button('Remove the filter State').waitFor()
    await lookAt(visitor, 'users')
    expect(new URL(page.url()).search).toBe('?order=username&search=person1&is_active=true')
    expect(await rows().nth(3).getByRole('rowheader').innerText()).toContain('person12')
    await rows().nth(3).getByRole('cell').nth(3).click()
    await heading('person12')
    await page.getByRole('link', { name: 'Users' }).last().click()
    await heading('Users')
    await expect.poll(() => rows().count()).toBe(11)
    expect(await page.getByLabel('State', { exact: true }).inputValue()).toBe('true')
    await page.getByRole('searchbox').fill('nobody like this')
    await text('Nothing matches')
    await lookAt(visitor, 'users-none')
    await page.getByRole('searchbox').fill('erson1')
    await button('Search in the middle of words too').click()
    await expect.poll(() => rows().count()).toBe(11)
  })

  it('are created one after another, with each fault beside its field', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/new/')
    await page.getByLabel(/^User name/).fill('ann')
    await page.getByLabel(/^Email address/).fill('new@example.org')
    await page.getByLabel('Password', { exact: true }).fill('12345678')
    visitor.expectRefusal(400, '/admin/users')
    await button('Create user').click()
    await text('This user name is taken. Choose another one.')
    await lookAt(visitor, 'user-new')
    await page.getByLabel(/^User name/).fill('newcomer')
    await page.getByLabel('City').fill('Warsaw')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await button('Create and add another').click()
    await text('newcomer has an account now.')
    expect(await page.getByLabel(/^User name/).inputValue()).toBe('')
    await page.getByLabel(/^User name/).fill('without')
    await page.getByLabel('Set a password now').uncheck()
    await button('Create user').click()
    await heading('without')
    expect((await logIn('newcomer', PASSWORD)).status).toBe(200)
  })

  it('are changed, and everything about them is on one page', async () => {
    const { page } = visitor
    await visitor.open(`/admin/users/${annId}/`)
    await page.getByLabel(/^First name/).fill('Anna <i>')
    await button('Save changes').click()
    await text('Saved.')
    await heading('Anna <i> Archer')
    await lookAt(visitor, 'user-profile')
    await tab('Sign-in').click()
    await text('A password is set.')
    await button('Email a link to set a new one').click()
    await button('Send the link').click()
    await text('The link is on its way.')
    await app.app.mailWorker.settle()
    await visitor.open(`/admin/users/${annId}/sign-in/`)
    await text('New password')
    await text('Valid')
    await lookAt(visitor, 'user-sign-in')
    await button('Set a password').click()
    await dialog().getByLabel('New password', { exact: true }).fill(OTHER_PASSWORD)
    await dialog().getByRole('button', { name: 'Set a password' }).click()
    await text('The password is set, and all sessions ended.')
    expect((await logIn('ann', OTHER_PASSWORD)).status).toBe(200)
    await tab('Email').click()
    await text('Sent')
    await lookAt(visitor, 'user-mail')
    await tab('Sessions').click()
    await lookAt(visitor, 'user-sessions')
    await button(/^End the session on/).click()
    await dialog().getByRole('button', { name: 'End' }).click()
    await text('No sessions')
    await tab('History').click()
    await page.getByRole('rowheader', { name: 'Password changed' }).first().waitFor()
    await page.getByRole('link', { name: 'root' }).first().waitFor()
    await lookAt(visitor, 'user-history')
    await page.getByText('By this user').click()
    await page
      .getByRole('rowheader', { name: /Signed in/ })
      .first()
      .waitFor()
  })

  it('get rights in two panes, with the keyboard alone', async () => {
    const { page } = visitor
    await visitor.open(`/admin/users/${annId}/rights/`)
    await page.getByRole('switch', { name: /^Staff/ }).press('Space')
    await button(/^Add accounts.add/).press('ArrowDown')
    await button(/^Add accounts.change/).press('ArrowDown')
    await button(/^Add accounts.delete/).press('ArrowDown')
    await page.keyboard.press('Enter')
    await button(/^Remove accounts.view/).waitFor()
    await lookAt(visitor, 'user-rights')
    await button('Save rights').press('Enter')
    await text('Saved. The rights apply from the next request on.')
    const { json } = await logIn('ann', OTHER_PASSWORD)
    const { access_token: token } = json as { access_token: string }
    expect((await sendJson(app.url, 'GET', '/api/v1/admin/users', { token })).status).toBe(200)
  })

  it('are deactivated and brought back, and deleted after a page that lists what goes with them', async () => {
    const { page } = visitor
    await visitor.open(`/admin/users/${annId}/`)
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Deactivate' }).click()
    await lookAt(visitor, 'user-deactivate')
    await dialog().getByRole('button', { name: 'Deactivate' }).click()
    await text('Deactivated')
    await button('Undo').click()
    await text('Undone.')
    expect((await logIn('ann', OTHER_PASSWORD)).status).toBe(200)
    await button('Actions').click()
    await page.getByRole('menuitem', { name: /^Delete/ }).click()
    await text(/running sessions: \d; they end at once/)
    await lookAt(visitor, 'user-delete')
    await button('Delete for good').click()
    await text('This is not the user name.')
    await page.getByLabel(/Type the user name/).fill('ann')
    await button('Delete for good').click()
    await heading('Users')
    await text('ann is deleted.')
    expect((await logIn('ann', OTHER_PASSWORD)).status).toBe(401)
  })

  it('are changed many at once, by a selection or by a filter, and those that fail are named', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?search=person&order=username')
    await text('person01')
    await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
    await text('50 users selected')
    await button('Select all that match').click()
    await text('All users that match are selected')
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Deactivate' }).click()
    await dialog().getByRole('button', { name: 'Start' }).click()
    await text('60 users changed.')
    await button('Close').last().click()
    await app.make('rooster')
    await visitor.open('/admin/users/?search=roo')
    await text('rooster')
    await page.getByRole('checkbox', { name: 'Select root' }).check()
    await page.getByRole('checkbox', { name: 'Select rooster' }).check()
    await lookAt(visitor, 'users-selected')
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    expect(await dialog().getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
    await dialog().getByLabel(/Type/).fill('delete')
    await dialog().getByRole('button', { name: 'Delete' }).click()
    await text('1 user deleted.')
    await text('You cannot do this to your own account here.')
    await lookAt(visitor, 'users-bulk-failed')
    await button('Close').last().click()
  })

  it('are exported with the chosen columns, and invited', async () => {
    const { page } = visitor
    await visitor.open('/admin/users/?search=ben')
    await text('ben@example.org')
    await button('Export').click()
    await lookAt(visitor, 'users-export')
    await dialog().getByLabel('Created').uncheck()
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download CSV').click()])
    expect(await readFile(await download.path(), 'utf8')).toMatch(
      /^"id","username","email","first_name","last_name","is_active"\r\n"\d+","ben","ben@example.org","Ben",/,
    )
    await button('Invite').click()
    await dialog().getByLabel('Email address').fill('guest@example.org')
    await lookAt(visitor, 'users-invite')
    await button('Send the invitation').click()
    await text('The invitation to guest@example.org is on its way.')
    expect(await app.mailedPath(/./)).toContain('/account/accept-invitation')
  })
})
