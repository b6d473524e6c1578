import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

const OTHER_PASSWORD = 'silver lantern 43'

describe('somebody who wants to sign in', () => {
  let app: PagesApp
  let browser: Browser
  let visitor: Visitor
  let count = 0

  beforeAll(async () => {
    app = await startPagesApp()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })
  beforeEach(async () => {
    visitor = await visit(browser, { url: app.url })
  })
  afterEach(async () => {
    visitor.check()
    await visitor.leave()
  })

  const name = () => `person${++count}`
  const heading = (text: string | RegExp) => visitor.page.getByRole('heading', { name: text }).waitFor()
  const fill = (label: string | RegExp, text: string) => visitor.page.getByLabel(label).fill(text)
  const press = (button: string | RegExp) => visitor.page.getByRole('button', { name: button }).click()

  async function signIn(username: string, password = PASSWORD): Promise<void> {
    await visitor.open('/sign-in/')
    await fill('User name', username)
    await fill(/^Password/, password)
    await press('Sign in')
  }

  it('signs up, is signed in, and confirms the address with the link in the email', async () => {
    const username = name()
    await visitor.open('/sign-up/')
    await fill('User name', username)
    await fill(/^Email address/, `${username}@example.org`)
    await fill('City', 'Rome')
    await fill(/^Password/, PASSWORD)
    await press('Create account')
    await heading('Profile')
    expect(await visitor.page.getByLabel('City').inputValue()).toBe('Rome')
    await visitor.open(await app.mailedPath(/Confirm/))
    await press('Confirm address')
    await heading('Your address is confirmed')
    await visitor.open('/account/security/')
    expect(await visitor.page.getByText('confirmed', { exact: true }).count()).toBe(1)
  })

  it('sees what is wrong beside each field, and keeps what was typed', async () => {
    const username = await taken()
    await visitor.open('/sign-up/')
    await fill('User name', username)
    await fill(/^Email address/, 'nowhere')
    await fill(/^Password/, PASSWORD)
    visitor.expectRefusal(400, '/register')
    await press('Create account')
    await visitor.page.getByText('This user name is taken. Choose another one.').waitFor()
    await visitor.page.getByText('Enter an email address such as anna@example.com.').waitFor()
    await visitor.page.getByText('Fill this in.').waitFor()
    expect(await visitor.page.getByLabel('User name').inputValue()).toBe(username)
    expect(await visitor.page.getByLabel('User name').evaluate((field) => field === document.activeElement)).toBe(true)
  })

  async function taken(): Promise<string> {
    const username = name()
    await app.register(username)
    return username
  }

  it('sees the rules for a password as it is typed, and can show it', async () => {
    await visitor.open('/sign-up/')
    const field = visitor.page.getByLabel(/^Password/)
    await field.fill('password')
    await visitor.page.getByText(/too common/).waitFor()
    await field.fill(PASSWORD)
    await visitor.page.getByText('Nothing others would guess').waitFor()
    await visitor.page
      .locator('li', { hasText: 'Nothing others would guess' })
      .getByText('(met)')
      .waitFor({ state: 'attached' })
    expect(await field.getAttribute('autocomplete')).toBe('new-password')
    await press('Show password')
    expect(await visitor.page.getByLabel(/^Password/).getAttribute('type')).toBe('text')
  })

  it('learns that the combination is wrong, and signs in with the right one by keyboard alone', async () => {
    const username = await taken()
    await visitor.open('/sign-in/')
    await visitor.page.keyboard.type(username)
    await visitor.page.keyboard.press('Tab')
    await visitor.page.keyboard.type('a guess')
    visitor.expectRefusal(401, '/login')
    await visitor.page.keyboard.press('Enter')
    await visitor.page.getByRole('alert').getByText('This combination is wrong.').waitFor()
    await fill(/^Password/, PASSWORD)
    await visitor.page.keyboard.press('Enter')
    await heading('Profile')
  })

  it('continues to where they wanted to go, but never to a foreign site', async () => {
    const username = await taken()
    for (const [next, arrives] of [
      ['/account/sessions/', '/account/sessions/'],
      ['//evil.example', '/account/'],
      ['https://evil.example/', '/account/'],
      ['/\\evil.example', '/account/'],
      ['/.//evil.example', '/account/'],
      ['/account/..//evil.example', '/account/'],
      ['/%2e/\t/evil.example', '/account/'],
      ['javascript:alert(1)', '/account/'],
    ]) {
      await visitor.context.clearCookies()
      await visitor.open(`/sign-in/?next=${encodeURIComponent(next ?? '')}`)
      await fill('User name', username)
      await fill(/^Password/, PASSWORD)
      await press('Sign in')
      await visitor.page.waitForURL(`${app.url}${arrives}`)
      await visitor.settled()
    }
  })

  it('continues to the part of a page that they wanted to see', async () => {
    const username = await taken()
    await visitor.open('/account/data/#delete')
    await fill('User name', username)
    await fill(/^Password/, PASSWORD)
    await press('Sign in')
    await visitor.page.waitForURL(`${app.url}/account/data/#delete`)
    await visitor.page.getByRole('dialog').waitFor()
  })

  it('keeps what was typed when the server cannot be reached, and sees a message', async () => {
    const username = await taken()
    await visitor.open('/sign-in/')
    await fill('User name', username)
    await fill(/^Password/, PASSWORD)
    await visitor.page.route('**/api/v1/login', (route) => route.abort('blockedbyclient'))
    await visitor.page.getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByText('The server did not answer.').waitFor()
    expect(await visitor.page.getByLabel('User name').inputValue()).toBe(username)
    await visitor.page.unroute('**/api/v1/login')
    await press('Sign in')
    await heading('Profile')
    visitor.forgive(/failed: POST .*login|console: Failed to load resource: net::/)
  })

  it('chooses a new password with the link in the email, which works once', async () => {
    const username = await taken()
    await visitor.open('/forgot-password/')
    await fill('Email address', `${username}@example.org`)
    await press('Send the link')
    await heading('Check your email')
    const link = await app.mailedPath(/password/i)
    await visitor.open(link)
    await fill('New password', '12345678')
    visitor.expectRefusal(400, '/password-reset/confirm')
    await press('Set the new password')
    await visitor.page.getByText('Do not use digits only.').first().waitFor()
    await fill('New password', OTHER_PASSWORD)
    await press('Set the new password')
    await heading('Your new password is set')
    await visitor.open(link)
    await fill('New password', PASSWORD)
    visitor.expectRefusal(400, '/password-reset/confirm')
    await press('Set the new password')
    await visitor.page.getByText('This link has already been used or has expired.').waitFor()
    await signIn(username, OTHER_PASSWORD)
    await heading('Profile')
  })

  it('learns that the server is slow, and cannot send a form twice', async () => {
    const username = await taken()
    await visitor.context.clock.install()
    await visitor.open('/sign-in/')
    await fill('User name', username)
    await fill(/^Password/, PASSWORD)
    let logins = 0
    let answer = () => {}
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve
    })
    await visitor.page.route('**/api/v1/login', async (route) => {
      logins++
      await isAnswered
      await route.continue()
    })
    await press('Sign in')
    await visitor.page.getByRole('button', { name: 'Sign in' }).click({ force: true })
    await visitor.context.clock.fastForward(5_000)
    await visitor.page.getByText('This is taking longer than usual.').waitFor()
    answer()
    await heading('Profile')
    expect(logins).toBe(1)
  })

  it('becomes the first administrator with the link in the log', async () => {
    const secret = await app.app.firstAdministrator.offer()
    await visitor.open(`/first-administrator/?token=${secret}`)
    await fill('User name', 'root')
    await fill(/^Password/, PASSWORD)
    await press('Create administrator')
    await visitor.page.waitForURL(`${app.url}/admin/`)
  })
})
