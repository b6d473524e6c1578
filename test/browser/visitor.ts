import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A refusal that a test provokes: the status, and the end of the path that answers with it. */
type ExpectedRefusal = { status: number; path: string }

/** Somebody with a browser of their own. Whatever goes wrong in it fails the test, unless the test says beforehand what will. */
export type Visitor = {
  page: Page
  context: BrowserContext
  open(path: string): Promise<void>
  /** Another tab of the same browser, watched as well. */
  openTab(path: string): Promise<Page>
  /** Says that the server will refuse something next. */
  expectRefusal(status: number, path: string): void
  /** Takes troubles back that a test has made itself by cutting the line. */
  forgive(pattern: RegExp): void
  /** The rules of axe that the page breaks, with the first element at fault. */
  findBarriers(): Promise<string[]>
  /** Throws if anything went wrong that was not expected, or did not go wrong that was. */
  check(): void
  leave(): Promise<void>
}

type VisitorOptions = { url: string; locale?: string }

export async function visit(browser: Browser, { url, locale = 'en-GB' }: VisitorOptions): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(15_000)
  const troubles: string[] = []
  const expected: ExpectedRefusal[] = []

  function watch(page: Page): Page {
    page.on('pageerror', (error) => troubles.push(`error in the page: ${error.message}`))
    page.on('requestfailed', (request) => {
      // A page that is left takes its requests with it.
      const reason = request.failure()?.errorText ?? ''
      if (reason !== 'net::ERR_ABORTED') troubles.push(`failed: ${request.method()} ${request.url()} ${reason}`)
    })
    page.on('response', (response) => {
      if (response.status() < 400) return
      const { pathname } = new URL(response.url())
      const index = expected.findIndex(({ status, path }) => status === response.status() && pathname.endsWith(path))
      if (index < 0) troubles.push(`refused: ${response.status()} ${response.request().method()} ${pathname}`)
      else expected.splice(index, 1)
    })
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      const isOfResponse = message.text().startsWith('Failed to load resource: the server responded')
      // Each refusal is told once more here; those that were not expected are among the troubles already.
      if (!isOfResponse) troubles.push(`console: ${message.text()}`)
    })
    return page
  }

  const page = watch(await context.newPage())
  return {
    page,
    context,
    async open(path) {
      await page.goto(path)
      await page.locator('h1').first().waitFor()
    },
    async openTab(path) {
      const tab = watch(await context.newPage())
      await tab.goto(path)
      await tab.locator('h1').first().waitFor()
      return tab
    },
    expectRefusal: (status, path) => void expected.push({ status, path }),
    forgive(pattern) {
      const others = troubles.filter((trouble) => !pattern.test(trouble))
      troubles.splice(0, troubles.length, ...others)
    },
    // Frames show mails, which are not pages of ours.
    async findBarriers() {
      await page.evaluate(axeSource)
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({ iframes: false }),
      )
      return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
    },
    check() {
      const missing = expected.splice(0).map(({ status, path }) => `was not refused: ${status} ${path}`)
      const found = [...troubles.splice(0), ...missing]
      if (found.length > 0) throw new Error(found.join('\n'))
    },
    leave: () => context.close(),
  }
}
