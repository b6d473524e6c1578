import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { sendJson } from '../support/http-client.ts'
import { type AdministrationApp, startAdministrationApp } from './administration/administration-app.ts'
import { PASSWORD } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

const TOKEN = 'a'.repeat(43)

/** Words that occur in English sentences and not in German ones. */
const ENGLISH =
  /\b(the|and|of|is|are|with|your|this|that|for|from|not|have|has|you|by|when|which|they|there|must|cannot|or|if|to|it|its|no|sign|search|address|user|name is|sessions?|accounts?|password|settings?|save|edit|delete|close|open|more|all|none|new)\b/

/** Names of permissions, settings, headers and fields are the same in every language. */
const NAME = /[\w-]+([._-][\w-]+)+|\([a-z]+\)/g

/** Every text of a page that people read or hear, unless it is marked as English. */
async function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const verbatim = '[lang="en"], [translate="no"], code, pre, textarea, script, style, noscript, iframe, time'
    const isTitled = document.querySelector('h1 [lang="en"]') === null
    const found = isTitled ? [document.title] : []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement
      if (element === null || element.closest(verbatim) !== null) continue
      if (node instanceof Element) {
        for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
          found.push(node.getAttribute(name) ?? '')
        }
      } else found.push(node.textContent ?? '')
    }
    return [...new Set(found.map((text) => text.trim()))]
  })
}

const ofStrangers = [
  '/',
  '/dev/manual/',
  '/docs/',
  '/docs/post-api-v1-admin-users/',
  '/sign-in/',
  '/sign-in/?reason=too_many_sessions',
  '/sign-up/',
  '/signed-out/?reason=password_reset',
  '/forgot-password/',
  '/confirm-email/',
  `/account/verify-email?token=${TOKEN}`,
  `/account/reset-password?token=${TOKEN}`,
  '/account/reset-password',
  `/account/confirm-email-change?token=${TOKEN}`,
  `/account/accept-invitation?token=${TOKEN}`,
  `/first-administrator/?token=${TOKEN}`,
]

const ofOwners = ['/account/', '/account/security/', '/account/sessions/', '/account/activity/', '/account/data/']

const ofAdministrators = [
  '/admin/',
  '/admin/users/',
  '/admin/users/new/',
  '/admin/users/1/',
  '/admin/users/2/',
  '/admin/users/2/sign-in/',
  '/admin/users/2/rights/',
  '/admin/users/2/sessions/',
  '/admin/users/2/events/',
  '/admin/users/2/mail/',
  '/admin/users/2/delete/',
  '/admin/groups/',
  '/admin/groups/new/',
  '/admin/groups/1/',
  '/admin/sessions/',
  '/admin/events/',
  '/admin/limits/',
  '/admin/keys/',
  '/admin/mail/',
  '/admin/webhooks/',
  '/admin/webhooks/new/',
  '/admin/settings/',
  '/admin/posts/',
  '/admin/nirgends/',
  // Dialogs.
  '/admin/users/#invite',
  '/admin/users/#export',
  '/admin/users/2/#deactivate',
  '/admin/users/2/#end-sessions',
  '/admin/users/2/sign-in/#set-password',
  '/admin/users/2/sign-in/#mail-link',
  '/admin/users/2/sign-in/#remove-password',
  '/admin/groups/1/#add-member',
  '/admin/groups/1/#delete',
  '/admin/keys/#rotate',
]

describe('in German', () => {
  let app: AdministrationApp
  let browser: Browser
  let stranger: Visitor
  let owner: Visitor
  let root: Visitor

  beforeAll(async () => {
    // Nothing listens there: mail fails, and the pages say so.
    app = await startAdministrationApp({ MAIL_URL: `smtp://127.0.0.1:${await freePort()}`, LEEWAY: '10m' })
    await app.make('lena')
    const { json } = await sendJson(app.url, 'POST', '/api/v1/login', {
      body: { username: 'root', password: PASSWORD },
    })
    const { access_token: token } = json as { access_token: string }
    await sendJson(app.url, 'POST', '/api/v1/admin/groups', {
      token,
      body: { name: 'Redaktion', permissions: ['accounts.view', 'billing.view_invoice'] },
    })
    await sendJson(app.url, 'PATCH', '/api/v1/admin/users/2', { token, body: { first_name: 'Lena', groups: [1] } })
    await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'lena', password: 'geraten' } })
    await sendJson(app.url, 'POST', '/api/v1/password-reset', { body: { email: 'lena@example.org' } })
    await app.app.mailWorker.settle()
    browser = await launchChromium()
    const german = { url: app.url, locale: 'de-DE' }
    stranger = await visit(browser, german)
    owner = await visit(browser, german)
    root = await visit(browser, german)
    await signIn(owner, 'lena', '/account/')
    await signIn(root, 'root', '/admin/')
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  async function signIn({ page }: Visitor, username: string, path: string): Promise<void> {
    await page.goto(`/sign-in/?next=${path}`)
    await page.getByLabel('Benutzername').fill(username)
    await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
    await page.waitForURL((url) => url.pathname === path)
  }

  async function english(visitor: Visitor): Promise<string[]> {
    await visitor.page.waitForLoadState('networkidle')
    expect(await visitor.page.evaluate(() => document.documentElement.lang)).toBe('de')
    return (await textsOf(visitor.page)).filter((text) => ENGLISH.test(text.replaceAll(NAME, '')))
  }

  it.each(ofStrangers)('%s says nothing in English', async (path) => {
    await stranger.open(path)
    expect(await english(stranger)).toEqual([])
    stranger.check()
  })

  it('an address that leads nowhere says nothing in English', async () => {
    stranger.expectRefusal(404, '/nirgends/')
    await stranger.open('/nirgends/')
    expect(await english(stranger)).toEqual([])
    stranger.check()
  })

  it.each(ofOwners)('%s says nothing in English', async (path) => {
    await owner.open(path)
    expect(await english(owner)).toEqual([])
    owner.check()
  })

  it('a page that is for other users says nothing in English', async () => {
    owner.expectRefusal(403, '/admin/')
    await owner.open('/admin/')
    expect(await english(owner)).toEqual([])
    owner.check()
  })

  it.each(ofAdministrators)('%s says nothing in English', async (path) => {
    await root.open(path)
    if (path.includes('#')) await root.page.getByRole('dialog').waitFor()
    expect(await english(root)).toEqual([])
    root.check()
  })

  it('a refusal by the server is shown in German', async () => {
    await owner.open('/account/security/')
    owner.expectRefusal(400, '/me/password')
    await owner.page.getByLabel('Aktuelles Passwort').fill('falsch')
    await owner.page.getByLabel('Neues Passwort').fill('12345')
    await owner.page.getByRole('button', { name: 'Passwort ändern' }).click()
    await owner.page.getByText('Dieses Passwort stimmt nicht.').waitFor()
    expect(await english(owner)).toEqual([])
    owner.check()
  })
})
