import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { sendJson } from '../support/http-client.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

const OTHER_PASSWORD = 'silver lantern 43'

describe('somebody who is signed in', () => {
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

  async function signedIn(username = name()): Promise<string> {
    await app.register(username)
    await signIn(username)
    await heading('Profile')
    return username
  }

  async function taken(): Promise<string> {
    const username = name()
    await app.register(username)
    return username
  }

  it('changes the address with the password and the link that is mailed to the new one', async () => {
    const username = await signedIn()
    await visitor.open('/account/security/')
    await press('Change address')
    await fill('New email address', `${username}@example.net`)
    await fill('Your password', 'a guess')
    visitor.expectRefusal(400, '/me/email')
    await press('Send the link')
    await visitor.page.getByText('This password is wrong.').waitFor()
    await fill('Your password', PASSWORD)
    await press('Send the link')
    await visitor.page.getByText(`We sent a link to ${username}@example.net.`).waitFor()
    await visitor.open(await app.mailedPath(/new email/i))
    await press('Use this address')
    await heading('Your address is changed')
    await visitor.open('/account/security/')
    await visitor.page.getByText(`${username}@example.net`).first().waitFor()
  })

  it('keeps a new address that was typed while something else on the page opens', async () => {
    await signedIn()
    await visitor.open('/account/security/')
    await press('Change address')
    await fill('New email address', 'new@example.net')
    await visitor.page.getByRole('link', { name: 'Skip to content' }).focus()
    await visitor.page.keyboard.press('Enter')
    await visitor.page.waitForURL(/#content$/)
    expect(await visitor.page.getByLabel('New email address').inputValue()).toBe('new@example.net')
  })

  it('shows times to a browser whose language has a private-use name', async () => {
    await visitor.context.addInitScript(() =>
      Object.defineProperty(navigator, 'languages', { value: ['en-US@posix', 'en'] }),
    )
    await signedIn()
    await visitor.open('/account/sessions/')
    await visitor.page.locator('main time').first().waitFor()
  })

  it('shows the foot of a page whose content never arrives', async () => {
    await signedIn()
    await visitor.page.route('**/api/v1/me/sessions', () => {})
    await visitor.open('/account/sessions/')
    await visitor.page.getByLabel('Language').waitFor()
    await visitor.page.unrouteAll()
  })

  it('changes the profile and the password', async () => {
    const username = await signedIn()
    await fill(/^First name/, 'Marie <b>')
    await fill('City', 'Warsaw')
    await press('Save changes')
    await visitor.page.getByText('Saved.').waitFor()
    await visitor.open('/account/')
    expect(await visitor.page.getByLabel(/^First name/).inputValue()).toBe('Marie <b>')
    await visitor.open('/account/security/')
    await fill('Current password', PASSWORD)
    await fill('New password', OTHER_PASSWORD)
    await press('Change password')
    await visitor.page.getByText('Your password is changed.').waitFor()
    await visitor.context.clearCookies()
    await signIn(username, OTHER_PASSWORD)
    await heading('Profile')
  })

  it('sees every device, ends one, and ends all others', async () => {
    const username = await signedIn()
    const phone = { 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)' }
    for (let devices = 0; devices < 3; devices++) {
      const body = { username, password: PASSWORD }
      await sendJson(app.url, 'POST', '/api/v1/login', { body, headers: phone })
    }
    await visitor.open('/account/sessions/')
    await visitor.page.getByText('This device').waitFor()
    await visitor.page.getByRole('button', { name: 'End the session on iPhone' }).first().click()
    await visitor.page.getByText('One session was ended.').waitFor()
    await press('Sign out all other devices')
    await press('Sign them out')
    await visitor.page.getByText('2 sessions were ended.').waitFor()
    await visitor.open('/account/activity/')
    await visitor.page.getByText('Signed in').first().waitFor()
  })

  it('signs in on top of the page whose session ended elsewhere, and continues with what was typed', async () => {
    const username = await signedIn()
    await fill(/^First name/, 'half a na')
    await app.administer('deactivate', username)
    await app.administer('activate', username)
    visitor.expectRefusal(401, '/me')
    visitor.expectRefusal(401, '/refresh')
    await press('Save changes')
    const dialog = visitor.page.getByRole('dialog')
    await dialog.getByText('This account was deactivated.').waitFor()
    await dialog.getByLabel(/^Password/).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await visitor.page.getByLabel(/^First name/).inputValue()).toBe('half a na')
    await press('Save changes')
    await visitor.page.getByText('Saved.').waitFor()
  })

  it('works in two tabs for a minute, while access tokens last for ten seconds', async () => {
    const { app: brief, leave } = await withBriefTokens()
    const username = name()
    await brief.register(username)
    const visitor = await visit(browser, { url: brief.url })
    await visitor.context.clock.install()
    await visitor.open('/sign-in/')
    await visitor.page.getByLabel('User name').fill(username)
    await visitor.page.getByLabel(/^Password/).fill(PASSWORD)
    await visitor.page.getByRole('button', { name: 'Sign in' }).click()
    await visitor.page.getByRole('heading', { name: 'Profile' }).waitFor()
    const tabs = [visitor.page, await visitor.openTab('/account/')]
    for (let seconds = 0; seconds < 60; seconds += 12) {
      brief.clock.advance(12_000)
      await visitor.context.clock.fastForward(12_000)
      for (const page of ['Devices', 'Activity']) {
        await Promise.all(tabs.map((tab) => tab.getByRole('link', { name: page }).click()))
        await Promise.all(tabs.map((tab) => tab.getByRole('heading', { name: page, level: 1 }).waitFor()))
        await Promise.all(tabs.map((tab) => tab.locator('main li').first().waitFor()))
      }
    }
    // A page that was just opened does not know how old its token is. It learns that from the first refusal.
    visitor.forgive(/^refused: 401 GET \/api\/v1\/me/)
    visitor.check()
    await visitor.leave()
    await leave()
  })

  async function withBriefTokens() {
    const app = await startPagesApp({ ACCESS_TOKEN_LIFETIME: '10s' })
    return { app, leave: () => app.close() }
  }

  it('signs out in one tab, and the other one knows', async () => {
    await signedIn()
    const other = await visitor.openTab('/account/data/')
    await press('Sign out')
    await heading('You are signed out')
    await other.getByRole('dialog').getByText('You signed out.').waitFor()
  })

  it('downloads a copy of the data, and deletes the account for good', async () => {
    const username = await signedIn()
    await visitor.open('/account/data/')
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), press('Download my data')])
    expect(download.suggestedFilename()).toBe('my-data.json')
    await press('Delete my account')
    await fill('Your password', PASSWORD)
    await press('Delete for good')
    await visitor.page.getByText('This account was deleted.').waitFor()
    visitor.expectRefusal(401, '/login')
    await signIn(username)
    await visitor.page.getByRole('alert').waitFor()
  })

  it('opens the account page without a session, signs in, and arrives where they wanted to go', async () => {
    const username = await taken()
    await visitor.page.goto('/account/activity/')
    await heading('Sign in')
    await fill('User name', username)
    await fill(/^Password/, PASSWORD)
    await press('Sign in')
    await heading('Activity')
  })
})
