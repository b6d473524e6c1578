import { expect } from 'vitest'
import { commandLine } from '../../../src/flows/rights/actor.ts'
import { blankAccount } from '../../support/blank-account.ts'
import { PASSWORD, type PagesApp, startPagesApp } from '../pages-app.ts'
import { takesScreenshots, type Visitor } from '../visitor.ts'

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }

/** What a test knows about an account besides its name. */
type Made = {
  email?: string
  firstName?: string
  lastName?: string
  isStaff?: boolean
  isSuperuser?: boolean
  permissions?: string[]
}

/** A server with a superuser `root`, and what a test needs to use its administration. */
export type AdministrationApp = PagesApp & {
  /** Makes an account as the command line does. @returns its id */
  make(username: string, made?: Made): Promise<number>
}

export async function startAdministrationApp(settings: Record<string, string> = {}): Promise<AdministrationApp> {
  const app = await startPagesApp(settings)
  async function make(username: string, made: Made = {}): Promise<number> {
    const { account } = await app.app.accounts.create(
      {
        ...blankAccount,
        username,
        email: `${username}@example.org`,
        isEmailVerified: true,
        isActive: true,
        groups: [],
        permissions: [],
        password: PASSWORD,
        ...made,
      },
      commandLine,
    )
    return account.id
  }
  await make('root', { isStaff: true, isSuperuser: true })
  return { ...app, make }
}

/** Signs in and opens a page of the administration. */
export async function enter(visitor: Visitor, username = 'root', path = '/admin/'): Promise<void> {
  await visitor.page.goto(path)
  await visitor.page.getByLabel('User name').fill(username)
  await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await visitor.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await visitor.page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await visitor.page.getByRole('main').waitFor()
}

/** Looks at the open page in both sizes and both colour schemes, with axe, and at 360 px. */
export async function lookAt(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor
  await visitor.settled()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const [size, viewport] of Object.entries(sizes)) {
      if (size === 'phone' && !takesScreenshots) continue
      await page.setViewportSize(viewport)
      await page.evaluate(() => scrollTo(0, 0))
      // A dialog covers the window, not the whole page.
      const fullPage = (await page.getByRole('dialog').count()) === 0
      await visitor.photograph(`admin-${name}-${size}-${colorScheme}`, fullPage)
    }
    expect(await visitor.findBarriers()).toEqual([])
  }
  await page.emulateMedia({ colorScheme: 'light' })
  for (const [width, dir] of [
    [360, 'ltr'],
    [360, 'rtl'],
    [1280, 'rtl'],
  ] as const) {
    await page.setViewportSize({ width, height: 700 })
    const widest = () =>
      page.evaluate((direction) => {
        document.documentElement.dir = direction
        const { clientWidth, scrollWidth } = document.documentElement
        if (scrollWidth <= clientWidth) return []
        const wide = [...document.querySelectorAll('body *')].filter((element) => {
          const { left, right } = element.getBoundingClientRect()
          return right > clientWidth + 1 || left < -1
        })
        return wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 150))
      }, dir)
    // Charts follow the width a moment later.
    await expect.poll(async () => ({ width, dir, wide: await widest() })).toEqual({ width, dir, wide: [] })
  }
  await page.evaluate(() => document.documentElement.removeAttribute('dir'))
  await page.setViewportSize(sizes.desktop)
}
