import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { type AdministrationApp, startAdministrationApp } from './administration/administration-app.ts'
import { type FactorVisitor, factorVisitor } from './factor-visitor.ts'

describe('codes by email on the pages', { timeout: 120_000 }, () => {
  let app: AdministrationApp
  let browser: Browser
  let visitor: FactorVisitor
  let count = 0

  beforeAll(async () => {
    app = await startAdministrationApp({ MAILED_CODES: 'true' })
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

  async function mailedCode(): Promise<string> {
    await app.app.mailWorker.settle()
    return /\d{6}/.exec((await app.app.readMailbox?.())?.[0]?.subject ?? '')?.[0] ?? ''
  }

  /** Adds codes by email to a new account, and signs out. */
  async function somebodyWithMailedCodes(): Promise<string> {
    const username = `mailed${++count}`
    await app.make(username)
    await visitor.signIn(username)
    await visitor.heading('Profile')
    await visitor.open('/account/security/')
    await visitor.press('Use codes by email')
    await visitor.says(/We sent a code to/)
    await visitor.fillCode(await mailedCode())
    await visitor.press('Confirm')
    await visitor.press('I have saved them')
    await visitor.says('10 recovery codes left')
    await visitor.signOut()
    return username
  }

  it('takes a code by email as the second step of signing in', async () => {
    const username = await somebodyWithMailedCodes()
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username)
    await visitor.says(/We sent a code to .…@example.org/)
    const first = await mailedCode()
    await visitor.press('Send another code')
    await visitor.says('Another code is on its way.')
    await visitor.photograph('mailed-code')
    const second = await mailedCode()
    expect(second).not.toBe(first)
    visitor.expectRefusal(401, '/login/second-factor')
    await visitor.fillCode(first)
    await visitor.press('Sign in')
    await visitor.says(/is wrong or has been used before/)
    await visitor.fillCode(second)
    await visitor.press('Sign in')
    await visitor.heading('Profile')
  })

  it('says so if no code could be sent, and sends one on request', async () => {
    const username = await somebodyWithMailedCodes()
    await visitor.page.route('**/login/second-factor/begin', (route) => route.abort(), { times: 1 })
    visitor.expectRefusal(401, '/login')
    await visitor.signIn(username)
    await visitor.says('We could not send you a code.')
    visitor.forgive(/failed: POST .*\/login\/second-factor\/begin|console: Failed to load resource/)
    expect(await visitor.page.getByText('We sent a code').count()).toBe(0)
    expect(await visitor.page.getByRole('textbox').count()).toBe(0)
    expect(await visitor.findBarriers()).toEqual([])
    await visitor.photograph('mailed-code-not-sent')
    await visitor.press('Send the code')
    await visitor.says(/We sent a code to .…@example.org/)
    await visitor.fillCode(await mailedCode())
    await visitor.press('Sign in')
    await visitor.heading('Profile')
  })
})
