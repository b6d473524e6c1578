import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../../support/chromium.ts'
import { freePort } from '../../support/free-port.ts'
import { sendJson } from '../../support/http-client.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { PASSWORD } from '../pages-app.ts'
import { type Visitor, visit } from '../visitor.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration-app.ts'

const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)' }

describe('the pages of operation', () => {
  let app: AdministrationApp
  let browser: Browser
  let receiver: WebhookReceiver
  let root: Visitor

  beforeAll(async () => {
    app = await startAdministrationApp({
      RATE_LIMITS: 'on',
      LIMIT_LOGIN_PER_ADDRESS_AND_ACCOUNT: '3/1h',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      MAIL_URL: `smtp://127.0.0.1:${await freePort()}`,
    })
    browser = await launchChromium()
    receiver = await startWebhookReceiver()
    root = await visit(browser, { url: app.url })
    for (const name of ['ada', 'ben']) {
      await app.make(name)
      for (let count = 0; count < 2; count++) await login(name, PASSWORD)
    }
    const { access_token: token } = (await login('ada', PASSWORD)).json as { access_token: string }
    for (const title of ['Hello', 'On <b>markup</b>', 'Good night']) {
      await sendJson(app.url, 'POST', '/api/posts/', { token, body: { title, content: 'A text.' } })
    }
    await enter(root)
    await heading('Overview')
  })
  afterAll(async () => {
    await browser?.close()
    await receiver?.close()
    await app?.close()
  })
  beforeEach(() => root.check())

  const login = (username: string, password: string) =>
    sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password }, headers: phone })
  const heading = (name: string) => root.page.getByRole('heading', { name, level: 1 }).waitFor()
  const go = async (path: string, title: string) => {
    await root.page.goto(path)
    await heading(title)
  }
  const button = (name: string | RegExp) => root.page.getByRole('button', { name, exact: typeof name === 'string' })
  const said = (text: string | RegExp) => root.page.getByText(text).filter({ visible: true }).first().waitFor()

  it('shows all sessions, filters them in the address, ends one, and ends those that match', async () => {
    await go('/admin/sessions/', 'Sessions')
    await root.page.getByRole('row', { name: /ada/ }).first().waitFor()
    await lookAt(root, 'sessions')
    await button('Filters').click()
    await root.page.getByLabel('User name or email address').fill('ada')
    await root.page.waitForURL(/username=ada/)
    await root.page.getByRole('row', { name: /ben/ }).first().waitFor({ state: 'detached' })
    await button(/^End the session of ada/)
      .first()
      .click()
    await said('The session is ended.')
    await button('End all that match').click()
    await button('End the sessions').click()
    await said('2 sessions were ended.')
    await said('Nothing matches')
    await root.page.getByLabel('State').selectOption('Ended')
    await said('Ended by an administrator')
    expect(await root.page.getByRole('row', { name: /ada/ }).count()).toBe(3)
    await root.page.getByRole('row', { name: /ada/ }).first().getByRole('cell').nth(2).click()
    await heading('iPhone')
    await said('Signed in with')
    await lookAt(root, 'session')
    await root.page.getByRole('link', { name: 'all sessions from this address' }).click()
    await root.page.waitForURL(/address=/)
    await root.page.getByRole('row', { name: /ben/ }).first().waitFor()
  })

  it('shows the audit log, which follows what happens', async () => {
    await go('/admin/events/', 'Audit log')
    await login('ben', 'a guess')
    await said('Sign-in failed')
    await said('Reason: wrong password')
    await lookAt(root, 'events')
    await button('Filters').click()
    await root.page.getByLabel('Done by: user name or email address').fill('root')
    await root.page.waitForURL(/actor=root/)
    await said('Session ended')
    await root.page
      .getByRole('row', { name: /Sign-in failed/ })
      .first()
      .waitFor({ state: 'detached' })
    await root.page
      .getByRole('row', { name: /Session ended/ })
      .first()
      .getByRole('cell')
      .nth(3)
      .click()
    await heading('Session ended')
    await said('session.ended')
    await lookAt(root, 'event')
    await root.page.getByRole('link', { name: 'all events from this address' }).click()
    await root.page.waitForURL(/address=/)
    await said('Sign-in failed')
  })

  it('lifts a limit for somebody whom it blocks', async () => {
    for (let count = 0; count < 3; count++) await login('ben', 'a guess')
    await go('/admin/limits/', 'Limits')
    await lookAt(root, 'limits')
    await button(/^Lift the limit Failed sign-ins from one address to one account/).click()
    await said('The limit is lifted')
    await said('Nobody is blocked')
    expect((await login('ben', PASSWORD)).status).toBe(200)
  })

  it('asks for the password on top of the page before a key is replaced, and then continues', async () => {
    await go('/admin/keys/', 'Signing keys')
    await said('Signs')
    await lookAt(root, 'keys')
    // Everybody's login is an hour old now; the browser's clock does not matter.
    app.clock.advance(3_600_000)
    root.forgive(/.*/)
    await button('Rotate').click()
    await root.page.getByLabel('Take over at once').check()
    await button('Rotate the keys').click()
    const dialog = root.page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Your password').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await said('The next key signs now.')
    await button(/^Destroy the key/)
      .last()
      .click()
    await button('Destroy the key').click()
    await said(/The key is destroyed/)
    // Sessions whose tokens that key signed have ended. This one is among them, unless it was refreshed in the meantime.
    await root.page.goto('about:blank')
    await root.context.clearCookies()
    await enter(root)
    await heading('Overview')
    root.forgive(/^refused: (401|403)/)
  })

  it('needs one step back from its dialogs, however many emails they were opened for', async () => {
    for (const email of ['ada@example.org', 'root@example.org']) {
      await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email } })
    }
    await app.app.mailWorker.settle()
    await go('/admin/keys/', 'Signing keys')
    await go('/admin/mail/', 'Email')
    for (const row of [0, 1]) {
      await button(/^Drop the email/)
        .nth(row)
        .click()
      await root.page.getByRole('dialog').waitFor()
      await root.page.keyboard.press('Escape')
      await root.page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await root.page.goBack()
    await root.page.goBack()
    await heading('Signing keys')
  })

  it('shows the waiting mail and why it waits, and drops one email', async () => {
    await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email: 'ben@example.org' } })
    await app.app.mailWorker.settle()
    await go('/admin/mail/', 'Email')
    await said('Emails cannot be sent')
    await said(/ECONNREFUSED/)
    await lookAt(root, 'mail')
    await button('Send all waiting emails now').click()
    await said(/on (its|their) way|within a minute/)
    // An email that is being sent cannot be dropped.
    await app.app.mailWorker.settle()
    const before = await button(/^Drop the email/).count()
    await button('Drop the email to ben@example.org').first().click()
    await button('Drop the email').click()
    await said('The email is dropped.')
    await said('Given up')
    expect(await button(/^Drop the email/).count()).toBe(before - 1)
    await root.page.getByRole('searchbox').fill('BEN@')
    await root.page.waitForURL(/to=BEN/)
    await root.page.getByRole('link', { name: 'ben@example.org' }).first().click()
    await said('Attempts')
    await lookAt(root, 'mail-one')
  })

  it('creates a webhook, shows its secret once, and delivers again what failed', async () => {
    await go('/admin/webhooks/', 'Webhooks')
    await said('There are no webhooks yet')
    await root.page.getByRole('link', { name: 'Add a webhook' }).click()
    await heading('New webhook')
    await button('Create the webhook').click()
    await said('Choose at least one event.')
    await root.page.getByRole('textbox', { name: 'URL' }).fill(receiver.url)
    await root.page.getByLabel(/^Description/).fill('Billing')
    await root.page.getByLabel('Signed in', { exact: true }).check()
    await lookAt(root, 'new-webhook')
    await button('Create the webhook').click()
    await said(/^whsec_/)
    expect(await root.findBarriers()).toEqual([])
    await button('I have copied it').click()
    await heading('Billing')
  })

  it('shows what a webhook could not deliver, and delivers it again', async () => {
    receiver.answer(500)
    await login('ben', PASSWORD)
    await app.app.webhookWorker.settle()
    await root.page.reload()
    await said('The receiver does not accept events')
    await said('The receiver answered with status 500.')
    await lookAt(root, 'webhook')
    receiver.answer(204)
    await button('Try everything again now').click()
    await said(/tried now|within a minute/)
    app.clock.advance(60_000)
    await app.app.webhookWorker.settle()
    await root.page.reload()
    await said('Delivered')
    await button('Deliver again: Signed in').first().click()
    await said('The event is delivered again.')
    await button('Disable').click()
    await said('The webhook is disabled.')
    await go('/admin/webhooks/', 'Webhooks')
    await said('Disabled')
    await lookAt(root, 'webhooks')
  })

  it('shows the settings in effect, and no secret', async () => {
    await go('/admin/settings/', 'Settings')
    await said('SECRET_KEY')
    expect(await root.page.getByRole('main').innerText()).not.toContain(app.config.keys.secretKey)
    await root.page.getByLabel('Find a setting').fill('mail')
    await root.page.waitForURL(/search=mail/)
    await root.page.getByText('HASH_PASSES').first().waitFor({ state: 'detached' })
    await lookAt(root, 'settings')
  })

  it('changes a post and deletes another', async () => {
    await go('/admin/posts/', 'Posts')
    await lookAt(root, 'posts')
    await root.page.getByRole('row', { name: /On <b>markup<\/b>/ }).click()
    await heading('On <b>markup</b>')
    await root.page.getByLabel('Title').fill('On plain text')
    await lookAt(root, 'post')
    await button('Save changes').click()
    await said('The post is saved.')
    await button('Delete').click()
    await button('Delete the post').click()
    await said('The post is deleted.')
    await heading('Posts')
    await expect.poll(() => root.page.getByRole('row').count()).toBe(3)
  })

  it('leaves out what an account may not see or do, in both languages', async () => {
    await app.make('watcher', { isStaff: true, permissions: ['sessions.view', 'outbox.view', 'webhooks.view'] })
    const watcher = await visit(browser, { url: app.url })
    await enter(watcher, 'watcher', '/admin/sessions/')
    await watcher.page.getByRole('heading', { name: 'Sessions', level: 1 }).waitFor()
    await watcher.page.getByRole('row', { name: /ben/ }).first().waitFor()
    expect(await watcher.page.getByRole('button', { name: /^End/ }).count()).toBe(0)
    expect(await watcher.page.getByRole('link', { name: 'Signing keys' }).count()).toBe(0)
    await watcher.page.getByLabel('Language').selectOption('Deutsch')
    await watcher.page.getByRole('heading', { name: 'Sitzungen', level: 1 }).waitFor()
    const me = await watcher.page.evaluate(async () => (await fetch('/api/v1/me')).json())
    expect(me).toMatchObject({ locale: 'de' })
    watcher.check()
    await watcher.leave()
  })
})
