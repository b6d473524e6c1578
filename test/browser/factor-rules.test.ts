import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { addTotp, authenticatorApp, saveRecoveryCodes } from '../support/second-factors.ts'
import { type AdministrationApp, enter, lookAt, startAdministrationApp } from './administration/administration-app.ts'
import { type FactorVisitor, factorVisitor } from './factor-visitor.ts'
import { PASSWORD } from './pages-app.ts'

const DAY = 86_400_000
const NEW_PASSWORD = 'silver lantern 43'

/** Passkeys need a name: they do not work with an IP address. */
async function start(settings: Record<string, string>): Promise<AdministrationApp> {
  const port = await freePort()
  return startAdministrationApp({ PORT: String(port), PUBLIC_URL: `http://localhost:${port}`, ...settings })
}

const tokenOf = async ({ url }: AdministrationApp, username: string) => {
  const body = JSON.stringify({ username, password: PASSWORD })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/v1/login`, { method: 'POST', headers, body })
  return ((await answer.json()) as { access_token: string }).access_token
}

describe('consequences of second factors on the pages', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: FactorVisitor
  let count = 0

  beforeAll(async () => {
    app = await start({ TRUSTED_DEVICE_LIFETIME: '30d', RECOVERY_DELAY: '1d' })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })
  beforeEach(async () => {
    visitor = await factorVisitor(browser, app)
  })
  afterEach(async () => {
    visitor.check()
    await visitor.leave()
  })

  const dialog = () => visitor.page.getByRole('dialog')
  const proof = () => dialog().getByRole('textbox', { name: 'Authenticator app' })

  async function somebodyWithApp() {
    const username = `ruled${++count}`
    const id = await app.make(username)
    const phone = await addTotp(app, await tokenOf(app, username))
    return { username, id, phone }
  }

  it('is not asked for on a trusted device until the password changes, which asks for the factor first', async () => {
    const { username, phone } = await somebodyWithApp()
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username)
    await visitor.page.getByLabel('Do not ask on this device again').check()
    await visitor.fillCode(phone.code())
    await visitor.photograph('trust')
    await visitor.press('Sign in')
    await visitor.heading('Profile')
    await visitor.signOut()
    await visitor.signIn(username)
    await visitor.heading('Profile')

    // This session has not proven the factor.
    app.clock.advance(30_000)
    await visitor.open('/account/security/')
    await visitor.page.getByText('Trusted devices').waitFor()
    await visitor.photograph('trusted-devices')
    await visitor.fill('Current password', PASSWORD)
    await visitor.fill('New password', NEW_PASSWORD)
    visitor.expectRefusal(403, '/me/password')
    await visitor.press('Change password')
    await visitor.heading('Confirm that it is you')
    visitor.expectRefusal(400, '/me/step-up')
    await proof().fill('000000')
    await visitor.press('Confirm')
    await visitor.says(/is wrong or has been used before/)
    await visitor.photograph('step-up-in-form')
    expect(await visitor.findBarriers()).toEqual([])
    await proof().fill(phone.code())
    await visitor.press('Confirm')
    await dialog().waitFor({ state: 'detached' })
    await visitor.says('Your password is changed.')

    await visitor.signOut()
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username, NEW_PASSWORD)
    await visitor.says('Enter the code that your authenticator app shows.')
  })

  it('keeps what was typed if the user prefers not to prove it, and offers every factor', async () => {
    const { username, phone } = await somebodyWithApp()
    await saveRecoveryCodes(app, await tokenOfPhone(username, phone))
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username)
    await visitor.page.getByLabel('Do not ask on this device again').check()
    await visitor.fillCode(phone.code())
    await visitor.press('Sign in')
    await visitor.heading('Profile')
    await visitor.signOut()
    await visitor.signIn(username)
    await visitor.heading('Profile')
    await visitor.open('/account/security/')
    await visitor.fill('Current password', PASSWORD)
    await visitor.fill('New password', NEW_PASSWORD)
    visitor.expectRefusal(403, '/me/password')
    await visitor.press('Change password')
    await visitor.heading('Confirm that it is you')
    await visitor.press(/Another way: Recovery code/)
    await dialog().getByRole('textbox', { name: 'Recovery code' }).waitFor()
    await visitor.press('Cancel')
    expect(await visitor.page.getByLabel('New password').inputValue()).toBe(NEW_PASSWORD)
  })

  it('tells the browser which passkeys remain after one was removed', async () => {
    await visitor.page.addInitScript(() => {
      const seen: unknown[] = []
      Object.assign(window, { seen })
      Object.assign(PublicKeyCredential, {
        async signalAllAcceptedCredentials(facts: unknown) {
          seen.push(facts)
        },
      })
    })
    const username = `ruled${++count}`
    await app.make(username)
    await visitor.present(false)
    await visitor.signIn(username)
    await visitor.heading('Profile')
    await visitor.open('/account/security/')
    await visitor.present(true)
    await visitor.press('Add a passkey')
    await visitor.press('I have saved them')
    await visitor.says('10 recovery codes left')
    await visitor.press(/^Rename: Passkey/)
    await visitor.page.getByLabel('Name', { exact: true }).fill('My laptop')
    await visitor.press('Save')
    await visitor.says('My laptop')
    await visitor.photograph('passkey')
    await visitor.press('Remove: My laptop')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await visitor.says('Removed.')
    const seen = await visitor.page.waitForFunction(() => (window as unknown as { seen: object[] }).seen[0])
    expect(await seen.jsonValue()).toEqual({
      rpId: 'localhost',
      userId: expect.stringMatching(/^[\w-]{20,}$/),
      allAcceptedCredentialIds: [],
    })
  })

  it('lets an administrator remove a factor after a delay, keep it, and issue a code that signs in', async () => {
    const { username, id, phone } = await somebodyWithApp()
    await saveRecoveryCodes(app, await tokenOfPhone(username, phone))
    await visitor.present(false)
    await enter(visitor, 'root', `/admin/users/${id}/sign-in`)
    await visitor.says('Second factors and passkeys')
    await lookAt(visitor, 'user-factors')
    await visitor.press('Remove: Authenticator app')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await visitor.says(/Removed at/)
    await visitor.press('Keep: Authenticator app')
    await visitor.says('The factor stays.')
    await visitor.press('Issue a recovery code')
    await dialog().getByRole('button', { name: 'Issue a recovery code' }).click()
    await visitor.says('Give this code to the owner in a safe way.')
    const code = await visitor.page.locator('main code').last().innerText()
    await visitor.photograph('issued-code')

    await visitor.signOut()
    app.clock.advance(DAY + 60_000)
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username)
    await visitor.press(/Another way: Recovery code/)
    await visitor.fill('Recovery code', code)
    await visitor.press('Sign in')
    await visitor.heading('Profile')
  })

  async function tokenOfPhone(username: string, phone: { code(): string }): Promise<string> {
    const headers = { 'content-type': 'application/json' }
    const send = (path: string, body: object) =>
      fetch(`${app.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const { challenge_token } = (await (await send('/login', { username, password: PASSWORD })).json()) as {
      challenge_token: string
    }
    const proof = { challenge_token, factor: 'totp', code: phone.code() }
    const { access_token } = (await (await send('/login/second-factor', proof)).json()) as { access_token: string }
    app.clock.advance(30_000)
    return access_token
  }
})

describe('a sign-in that must set up a second factor', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: FactorVisitor

  beforeAll(async () => {
    app = await start({ SECOND_FACTOR_REQUIRED_FOR: 'all', SECOND_FACTOR_GRACE: '0s' })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })
  beforeEach(async () => {
    visitor = await factorVisitor(browser, app)
    await visitor.present(false)
  })
  afterEach(async () => {
    visitor.check()
    await visitor.leave()
  })

  it('offers a passkey, and shows the recovery codes before it continues', async () => {
    await app.make('pia')
    visitor.expectRefusal(401, '/login')
    await visitor.signIn('pia')
    await visitor.says('This account must have a second factor. Set one up to continue.')
    await visitor.photograph('must-enrol')
    expect(await visitor.findBarriers()).toEqual([])
    await visitor.present(true)
    await visitor.press('Add a passkey')
    await visitor.says('Your recovery codes')
    await visitor.photograph('must-enrol-codes')
    await visitor.press('I have saved them')
    await visitor.heading('Profile')
    await visitor.open('/account/security/')
    await visitor.says('10 recovery codes left')
  })

  it('offers an authenticator app', async () => {
    await app.make('tim')
    visitor.expectRefusal(401, '/login')
    await visitor.signIn('tim')
    await visitor.press('Add an authenticator app')
    const secret = (await visitor.page.locator('[data-secret]').innerText()).replaceAll(' ', '')
    visitor.expectRefusal(400, '/login/enrolment')
    await visitor.fillCode('000000')
    await visitor.press('Confirm')
    await visitor.says(/is wrong or has been used before/)
    await visitor.fillCode(authenticatorApp(app, secret).code())
    await visitor.press('Confirm')
    await visitor.press('I have saved them')
    await visitor.heading('Profile')
  })
})
