import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { authenticatorApp } from '../support/second-factors.ts'
import { PASSWORD, type PagesApp, startPagesApp } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

describe('second factors and passkeys in the pages', () => {
  let app: PagesApp
  let browser: Browser
  let visitor: Visitor
  let devTools: CDPSession
  let authenticatorId: string
  let count = 0

  beforeAll(async () => {
    // Passkeys need a name: they do not work with an IP address.
    const port = await freePort()
    app = await startPagesApp({
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      LOGIN_BY_MAIL: 'true',
      MAILED_CODES: 'true',
    })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await app?.close()
  })
  beforeEach(async () => {
    visitor = await visit(browser, { url: app.config.http.publicUrl })
    devTools = await visitor.context.newCDPSession(visitor.page)
    await devTools.send('WebAuthn.enable')
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    } as const
    authenticatorId = (await devTools.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
  })
  afterEach(async () => {
    visitor.check()
    await visitor.leave()
  })

  const fill = (label: string | RegExp, text: string) => visitor.page.getByLabel(label).fill(text)
  const press = (button: string | RegExp) => visitor.page.getByRole('button', { name: button, exact: true }).click()
  const fillCode = (code: string) => visitor.page.getByRole('textbox', { name: 'Code', exact: true }).fill(code)
  const says = (text: string | RegExp) => visitor.page.getByText(text).first().waitFor()
  const heading = (text: string) => visitor.page.getByRole('heading', { name: text, exact: true }).waitFor()
  const photograph = (name: string) => visitor.photograph(`factors-${name}`)

  async function signIn(username: string): Promise<void> {
    await visitor.open('/sign-in/')
    await fill('User name', username)
    await fill(/^Password/, PASSWORD)
    await press('Sign in')
  }

  async function somebodyAtSecurity(): Promise<string> {
    const username = `factor${++count}`
    await app.register(username)
    await signIn(username)
    await heading('Profile')
    await visitor.open('/account/security/')
    return username
  }

  async function mailedCode(): Promise<string> {
    await app.app.mailWorker.settle()
    const [mail] = (await app.app.readMailbox?.()) ?? []
    return /\d{6}/.exec(mail?.subject ?? '')?.[0] ?? ''
  }

  async function signOut(): Promise<void> {
    // A request that the page has still under way would be sent without them, and be refused.
    await visitor.page.goto('about:blank')
    await visitor.context.clearCookies()
  }

  it('adds an authenticator app, saves the recovery codes, and signs in with both', async () => {
    const username = await somebodyAtSecurity()
    await press('Add an authenticator app')
    const secret = (await visitor.page.locator('[data-secret]').innerText()).replaceAll(' ', '')
    expect(await visitor.page.getByRole('img', { name: /QR code/ }).count()).toBe(1)
    await photograph('totp')
    expect(await visitor.findBarriers()).toEqual([])
    const phone = authenticatorApp(app, secret)
    await fillCode(phone.code())
    await press('Confirm')
    await says('Your recovery codes')
    const codes = (await visitor.page.locator('[data-codes]').innerText()).trim().split('\n')
    expect(codes).toHaveLength(10)
    await photograph('recovery-codes')
    await press('I have saved them')
    await says('10 recovery codes left')

    await signOut()
    app.clock.advance(30_000)
    visitor.expectRefusal(401, '/login')
    await signIn(username)
    await says('Enter the code that your authenticator app shows.')
    await photograph('second-step')
    expect(await visitor.findBarriers()).toEqual([])
    visitor.expectRefusal(401, '/login/second-factor')
    await fillCode('000000')
    await press('Sign in')
    await says(/is wrong or has been used before/)
    await fillCode(phone.code())
    await press('Sign in')
    await heading('Profile')

    await signOut()
    visitor.expectRefusal(401, '/login')
    await signIn(username)
    await press(/Recovery code/)
    await fill('Recovery code', codes[3] ?? '')
    await press('Sign in')
    await heading('Profile')
    await visitor.open('/account/security/')
    await says('9 recovery codes left')
    await photograph('security')
  })

  it('adds a passkey, and signs in with it alone and as a second factor', async () => {
    const username = await somebodyAtSecurity()
    await press('Add a passkey')
    await says('Your recovery codes')
    await press('I have saved them')
    const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId })
    expect(credentials).toHaveLength(1)

    const present = (enabled: boolean) =>
      devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    await present(false)
    await signOut()
    await visitor.open('/sign-in/')
    await visitor.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor()
    await photograph('sign-in')
    expect(await visitor.page.getByLabel('User name').getAttribute('autocomplete')).toBe('username webauthn')
    await present(true)
    await press('Sign in with a passkey')
    await heading('Profile')

    // The browser offers it beside the user name, and this one always accepts.
    await signOut()
    await visitor.page.goto('/sign-in/')
    await heading('Profile')
    await present(false)

    await signOut()
    visitor.expectRefusal(401, '/login')
    await signIn(username)
    await present(true)
    await press('Use passkey')
    await heading('Profile')
    await visitor.open('/account/security/')
    await press(/^Remove/)
    await visitor.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await says('Removed.')
    await says('You have none yet.')

    // The device may still offer it.
    await present(false)
    await signOut()
    await visitor.open('/sign-in/')
    await visitor.page.evaluate(() => {
      const { get } = navigator.credentials
      const cancel = async () => Promise.reject(new DOMException('given up', 'NotAllowedError'))
      Object.assign(navigator.credentials, {
        get: cancel,
        restore: () => Object.assign(navigator.credentials, { get }),
      })
    })
    await press('Sign in with a passkey')
    await says('No passkey was used.')
    await visitor.page.evaluate(() => (navigator.credentials as unknown as { restore(): void }).restore())
    const [credential] = credentials
    await devTools.send('WebAuthn.clearCredentials', { authenticatorId })
    await devTools.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: credential as (typeof credentials)[0],
    })
    await present(true)
    visitor.expectRefusal(401, '/login/passkey')
    await press('Sign in with a passkey')
    await says('This passkey is not valid here.')
  })

  it('says that a passkey was not created, each time the user cancels', async () => {
    await somebodyAtSecurity()
    await visitor.page.evaluate(() =>
      Object.assign(navigator.credentials, {
        create: async () => {
          throw new DOMException('given up', 'NotAllowedError')
        },
      }),
    )
    const alert = visitor.page.getByRole('alert').getByText('The passkey was not created.')
    await press('Add a passkey')
    const first = await alert.elementHandle()
    await press('Add a passkey')
    await first?.waitForElementState('hidden')
    await alert.waitFor()
  })

  it('asks the user to prove who they are before it changes factors, if they signed in long ago', async () => {
    const username = await somebodyAtSecurity()
    expect(username).toMatch(/^factor/)
    app.clock.advance(16 * 60_000)
    visitor.expectRefusal(403, '/me/factors')
    await visitor.open('/account/security/')
    visitor.forgive(/refused: 401 GET/)
    await press('Add an authenticator app')
    await heading('Confirm that it is you')
    await photograph('step-up')
    await visitor.page.getByRole('dialog').getByLabel('Your password', { exact: true }).fill(PASSWORD)
    await press('Confirm')
    await visitor.page.locator('[data-secret]').waitFor()
    visitor.forgive(/refused: 401 GET/)
  })

  it('takes a code by email as the proof of an account that has no other factor', async () => {
    await somebodyAtSecurity()
    await visitor.open(await app.mailedPath(/Confirm/))
    await press('Confirm address')
    await heading('Your address is confirmed')
    await visitor.open('/account/security/')
    const begun: string[] = []
    visitor.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/me/factors')) begun.push(request.url())
    })
    await visitor.page.getByRole('button', { name: 'Use codes by email', exact: true }).dblclick()
    await says(/We sent a code to/)
    expect(begun).toHaveLength(1)
    await fillCode(await mailedCode())
    await press('Confirm')
    await press('I have saved them')
    app.clock.advance(16 * 60_000)
    await visitor.open('/account/security/')
    visitor.forgive(/refused: 401 GET/)
    await press('Remove: Code by email')
    await visitor.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await heading('Confirm that it is you')
    await press('Send the code')
    await says(/We sent a code to/)
    await visitor.page.getByRole('textbox', { name: 'Code by email' }).fill(await mailedCode())
    await press('Confirm')
    await says('Removed.')
    visitor.forgive(/refused: (401 GET|403 DELETE)/)
  })

  it('signs in with a code by email', async () => {
    const username = await somebodyAtSecurity()
    await visitor.open(await app.mailedPath(/Confirm/))
    await press('Confirm address')
    await heading('Your address is confirmed')
    await signOut()
    await devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: false })
    await visitor.open('/sign-in/')
    await press('Sign in with a code by email')
    await fill('Email address', `${username}@example.org`)
    await press('Send the code')
    await says(/we sent a code there/)
    await fillCode(await mailedCode())
    await photograph('mail-sign-in')
    await visitor.page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
    await heading('Profile')
  })
})
