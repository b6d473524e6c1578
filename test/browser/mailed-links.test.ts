import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { sendJson } from '../support/http-client.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { visit } from './visitor.ts'

const NEXT_PASSWORD = 'another copper lantern 43'

describe('the page behind a mailed link', () => {
  let app: PagesApp
  let browser: Browser

  beforeAll(async () => {
    app = await startPagesApp({ SITE_NAME: 'Foxglove', REGISTRATION: 'open' })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  async function register(username: string, locale: string): Promise<void> {
    const body = { username, email: `${username}@example.org`, password: PASSWORD, locale, profile: { city: 'Paris' } }
    expect((await sendJson(app.url, 'POST', '/api/v1/register', { body })).status).toBe(201)
  }

  /** The link of an administrator who already exists. */
  async function administratorToken(): Promise<string> {
    const ida = { username: 'ida', password: PASSWORD }
    const logIn = async () => (await sendJson(app.url, 'POST', '/api/v1/login', { body: ida })).json
    const known = (await logIn()) as { access_token?: string }
    if (known.access_token !== undefined) return known.access_token
    const secret = await app.app.firstAdministrator.offer()
    await sendJson(app.url, 'POST', '/api/v1/first-administrator', { body: { ...ida, token: secret } })
    return ((await logIn()) as { access_token: string }).access_token
  }

  async function resetPathOf(username: string, subject: RegExp): Promise<string> {
    await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email: `${username}@example.org` } })
    return app.mailedPath(subject)
  }

  it('names the service, says which account it is for, is in the language of the email, and leads on, even the second time', async () => {
    await register('greta', 'de')
    const path = await resetPathOf('greta', /passwort/i)
    const visitor = await visit(browser, { url: app.url, locale: 'en-GB' })
    const { page } = visitor
    await visitor.open(path)
    expect(await page.title()).toContain('Foxglove')
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    expect(await page.locator('h1').textContent()).toBe('Neues Passwort wählen')
    expect(await page.locator('input[autocomplete=username]').inputValue()).toBe('greta')
    expect(await page.getByRole('link', { name: 'Zur Anmeldung' }).count()).toBe(1)
    expect(await visitor.findBarriers()).toEqual([])

    const setPassword = async (password: string) => {
      await page.locator('input[autocomplete=new-password]').fill(password)
      await page.getByRole('button', { name: 'Neues Passwort setzen' }).click()
    }
    await setPassword(NEXT_PASSWORD)
    await page.getByText('Dein neues Passwort ist gesetzt').waitFor()
    await visitor.photograph('mailed-link-done', false)
    // Back to the form, and sent again.
    await visitor.open(path)
    await setPassword(NEXT_PASSWORD)
    await page.getByText('Dein neues Passwort ist gesetzt').waitFor()
    await page.getByRole('link', { name: 'Zur Anmeldung' }).click()
    await page.waitForURL('**/sign-in/')
    // What is known goes along from page to page.
    expect(await page.locator('input[name=username]').inputValue()).toBe('greta')
    await page.locator('input[name=username]').fill('greta@example.org')
    await page.getByRole('link', { name: 'Passwort vergessen?' }).click()
    await page.waitForURL('**/forgot-password/')
    expect(await page.locator('input[name=email]').inputValue()).toBe('greta@example.org')
    await page.getByRole('button', { name: 'Link senden' }).click()
    await page.getByRole('button', { name: 'Noch einmal senden' }).click()
    await page.getByText('Noch einmal gesendet.').waitFor()

    // Sent with a different value: no dead end.
    await visitor.open(path)
    visitor.expectRefusal(400, '/password-reset/confirm')
    await setPassword('one more copper lantern 44')
    await page.getByRole('link', { name: 'Neuen Link anfordern' }).waitFor()
    await visitor.photograph('mailed-link-used', false)
    visitor.check()
    await visitor.leave()
  })

  it('keeps the language that the reader chose, and says nothing about a link that does not exist', async () => {
    const visitor = await visit(browser, { url: app.url, locale: 'de-DE' })
    await visitor.open(`/account/reset-password?token=${'x'.repeat(43)}`)
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('de')
    expect(await visitor.page.locator('input[autocomplete=username]').inputValue()).toBe('')
    await visitor.open('/account/reset-password')
    expect(await visitor.page.getByRole('link', { name: 'Zur Anmeldung' }).count()).toBe(1)
    visitor.check()
    await visitor.leave()
  })

  it.each([
    ['a chosen language', 'de', 'de'],
    ['the language of the server', undefined, 'en'],
  ])('is used for an invitation in %s, and for the account', async (_name, locale, expected) => {
    const token = await administratorToken()
    const email = `${expected}@example.org`
    const asked = await sendJson(app.url, 'POST', '/api/v1/admin/invitations', { token, body: { email, locale } })
    expect(asked.status).toBe(202)
    const path = await app.mailedPath(locale === 'de' ? /eingeladen|einladung/i : /invited/i)
    const visitor = await visit(browser, { url: app.url, locale: expected === 'de' ? 'en-GB' : 'de-DE' })
    await visitor.open(path)
    const { page } = visitor
    expect(await page.locator('html').getAttribute('lang')).toBe(expected)
    const body = { username: `guest-${expected}`, password: NEXT_PASSWORD }
    await page.locator('input[autocomplete=username]').fill(body.username)
    await page.locator('input[autocomplete=new-password]').fill(body.password)
    const city = page.locator('input[name="profile/city"], input[name=city]')
    if ((await city.count()) > 0) await city.first().fill('Paris')
    await page.locator('button[type=submit]').click()
    await page
      .getByRole('link', { name: expected === 'de' ? 'Zur Anmeldung' : 'Go to sign-in' })
      .first()
      .waitFor()
    visitor.check()
    await visitor.leave()
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', { body })
    const me = await sendJson(app.url, 'GET', '/api/v1/me', {
      token: (json as { access_token: string }).access_token,
    })
    expect(me.json).toMatchObject({ locale: expected })
  })

  it('accepts an invitation twice with the same form', async () => {
    const token = await administratorToken()
    const body = { email: 'new@example.org', locale: 'en' }
    expect((await sendJson(app.url, 'POST', '/api/v1/admin/invitations', { token, body })).status).toBe(202)
    const path = await app.mailedPath(/invited/i)
    const visitor = await visit(browser, { url: app.url })
    const { page } = visitor
    for (let turn = 0; turn < 2; turn++) {
      await visitor.open(path)
      await page.locator('input[autocomplete=username]').fill('newcomer')
      await page.locator('input[autocomplete=new-password]').fill(PASSWORD)
      const city = page.getByLabel('City')
      if ((await city.count()) > 0)
        await city
          .first()
          .fill('Paris')
          .catch(() => {})
      await page.getByRole('button', { name: 'Create account' }).click()
      await page.getByText('Your account is ready').waitFor()
    }
    visitor.check()
    await visitor.leave()
  })
})
