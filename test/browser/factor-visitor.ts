import type { Browser, CDPSession } from 'playwright-core'
import { PASSWORD, type PagesApp } from './pages-app.ts'
import { type Visitor, visit } from './visitor.ts'

/** Somebody whose browser has an authenticator for passkeys, and the steps that second factors need. */
export type FactorVisitor = Visitor & {
  devTools: CDPSession
  authenticatorId: string
  fill(label: string | RegExp, text: string): Promise<void>
  press(button: string | RegExp): Promise<void>
  /** Types into the field for a code. */
  fillCode(code: string): Promise<void>
  /** Waits until the page shows this text. */
  says(text: string | RegExp): Promise<void>
  heading(text: string): Promise<void>
  /** Types name and password. @param password default: that of all accounts */
  signIn(username: string, password?: string): Promise<void>
  signOut(): Promise<void>
  /** Whether the authenticator answers by itself. */
  present(isEnabled: boolean): Promise<unknown>
}

export async function factorVisitor(browser: Browser, { config }: PagesApp): Promise<FactorVisitor> {
  const visitor = await visit(browser, { url: config.http.publicUrl })
  const { page, context } = visitor
  const devTools = await context.newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', { options })
  const fill = (label: string | RegExp, text: string) => page.getByLabel(label).fill(text)
  const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).click()
  return {
    ...visitor,
    devTools,
    authenticatorId,
    fill,
    press,
    fillCode: (code) => page.getByRole('textbox', { name: 'Code', exact: true }).fill(code),
    says: (text) => page.getByText(text).first().waitFor(),
    heading: (name) => page.getByRole('heading', { name, exact: true }).waitFor(),
    photograph: (name) => visitor.photograph(`factors-${name}`),
    async signIn(username, password = PASSWORD) {
      await visitor.open('/sign-in/')
      await fill('User name', username)
      await fill(/^Password/, password)
      await press('Sign in')
    },
    // A request that the page has still under way would be sent without them, and be refused.
    async signOut() {
      await page.goto('about:blank')
      await context.clearCookies({ name: /^(?!.*device)/ })
    },
    present: (enabled) => devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
  }
}
