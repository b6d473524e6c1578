import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { sendJson } from '../support/http-client.ts'
import { type AuthenticatorApp, addTotp, challengeFor, saveRecoveryCodes } from '../support/second-factors.ts'
import { type AdministrationApp, enter, startAdministrationApp } from './administration/administration-app.ts'
import { PASSWORD } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

/** Markup that would run, load something or break out of an attribute if a page did not show text as text. */
const MARKUP = `"'><img src=x onerror="window.hit=1"><script>window.hit=1</script>`
const IN_QUERY = encodeURIComponent(MARKUP)
const IN_SCRIPT = encodeURIComponent('</script><script>window.hit=1</script>')

describe('markup that somebody typed', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let id: number
  let phone: AuthenticatorApp

  beforeAll(async () => {
    app = await startAdministrationApp({ TRUSTED_DEVICE_LIFETIME: '30d' })
    browser = await launchChromium()
    id = await app.make('mallory')
    await hold()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })

  const send = async (method: string, path: string, body: object, token?: string) => {
    const options = { body, headers: { 'user-agent': MARKUP }, ...(token !== undefined && { token }) }
    const { status, json, text } = await sendJson(app.url, method, `/api/v1${path}`, options)
    if (status > 299) throw new Error(`${path}: ${text}`)
    return json as Record<string, string>
  }

  /** Gives mallory a factor, a trusted device and sessions, all with markup in their names. */
  async function hold(): Promise<void> {
    const { access_token: token = '' } = await send('POST', '/login', { username: 'mallory', password: PASSWORD })
    const factor = await addTotp(app, token)
    phone = factor
    await saveRecoveryCodes(app, token)
    await send('PATCH', `/me/factors/${factor.id}`, { name: MARKUP.slice(0, 64) }, token)
    const { challenge_token } = await challengeFor(app, 'mallory', PASSWORD)
    const proof = { factor: 'totp', code: phone.code(), trust_device: true }
    await send('POST', '/login/second-factor', { challenge_token, ...proof })
    app.clock.advance(30_000)
  }

  async function expectNoHit({ page, settled }: Visitor, path: string): Promise<void> {
    await settled()
    expect([path, await page.evaluate(() => 'hit' in window)]).toEqual([path, false])
    expect([path, await page.locator('img[src="x"]').count()]).toEqual([path, 0])
  }

  it('is shown as text where it names factors, trusted devices and sessions', async () => {
    const root = await visit(browser, { url: app.url })
    await enter(root, 'root', `/admin/users/${id}/sign-in/`)
    await root.page.getByText('onerror').first().waitFor()
    await expectNoHit(root, 'sign-in')
    for (const tab of ['sessions', 'events']) {
      await root.open(`/admin/users/${id}/${tab}/`)
      await expectNoHit(root, tab)
    }
    await root.page.keyboard.press('Control+k')
    await root.page.getByRole('combobox', { name: 'Find a person or a page' }).fill(MARKUP)
    await root.page.getByRole('option', { name: /onerror/ }).waitFor()
    await expectNoHit(root, 'quick find')
    root.check()
    await root.leave()
  })

  it('is shown as text to its owner', async () => {
    const owner = await visit(browser, { url: app.url })
    owner.expectRefusal(401, '/login')
    await owner.open('/sign-in/')
    await owner.page.getByLabel('User name').fill('mallory')
    await owner.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await owner.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await owner.page.getByRole('textbox', { name: 'Code' }).fill(phone.code())
    await owner.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await owner.page.getByRole('heading', { name: 'Profile' }).waitFor()
    for (const page of ['', 'security', 'sessions', 'activity', 'data']) {
      await owner.open(`/account/${page}`)
      await expectNoHit(owner, page)
    }
    await owner.open('/account/security/')
    await owner.page.getByText('onerror').first().waitFor()
    owner.check()
    await owner.leave()
  })

  it('is never run from the address of the page', async () => {
    const stranger = await visit(browser, { url: app.url })
    const { page } = stranger
    const token = 'a'.repeat(43)
    for (const path of [
      `/sign-in/?next=${IN_QUERY}`,
      '/sign-in/?next=javascript:window.hit=1',
      '/sign-in/?next=data:text/html,<script>window.hit=1</script>',
      `/sign-in/?reason=${IN_QUERY}&error=${IN_QUERY}&login=${IN_QUERY}`,
      `/sign-in/?reason=__proto__`,
      `/signed-out/?reason=${IN_QUERY}`,
      `/signed-out/?reason=constructor`,
      `/sign-up/?email=${IN_QUERY}&next=${IN_QUERY}`,
      `/forgot-password/?email=${IN_QUERY}`,
      `/account/reset-password?token=${IN_QUERY}`,
      `/account/verify-email?token=${token}&login=${IN_SCRIPT}`,
      `/account/accept-invitation?token=${IN_SCRIPT}`,
      `/first-administrator/?token=${IN_SCRIPT}`,
      `/sign-in/?locale=${IN_QUERY}&lang=${IN_QUERY}#${IN_QUERY}`,
      `/docs/${IN_QUERY}/`,
      `/dev/manual/${IN_QUERY}.md`,
      `/${IN_QUERY}/`,
    ]) {
      await stranger.open(path)
      await expectNoHit(stranger, path)
      // Addresses that lead nowhere or make no sense are refused.
      stranger.forgive(/^refused: 4\d\d GET /)
      stranger.check()
    }
    // What a script of another page of this origin may have left behind.
    await page.evaluate((text) => {
      for (const name of Object.keys(localStorage)) localStorage.setItem(name, text)
      localStorage.setItem('latchkey-locale', text)
      localStorage.setItem('latchkey-bulk-run:1', text)
    }, MARKUP)
    await stranger.open('/sign-in/')
    await expectNoHit(stranger, 'storage')
    stranger.check()
    await stranger.leave()
  })
})
