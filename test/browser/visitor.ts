import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Screenshots are for people; no test compares them. `SCREENSHOTS=false` saves their time. */
export const takesScreenshots = process.env.SCREENSHOTS !== 'false'
const SCREENSHOTS = join(import.meta.dirname, 'screenshots')

/** A refusal that a test provokes: its status, and the end of the path that returns it. */
type ExpectedRefusal = { status: number; path: string }

/** Somebody with a browser of their own. Anything that goes wrong in it fails the test, unless the test announces it. */
export type Visitor = {
  page: Page
  context: BrowserContext
  open(path: string): Promise<void>
  /** Another tab of the same browser, also watched. */
  openTab(path: string): Promise<Page>
  /** Waits until the page has everything that it requests, and shows it. */
  settled(): Promise<void>
  /** Writes `screenshots/NAME.png` if screenshots are wanted. @param fullPage default: true */
  photograph(name: string, fullPage?: boolean): Promise<void>
  /** Says that the server will refuse something next. */
  expectRefusal(status: number, path: string): void
  /** Removes troubles that a test has caused itself by cutting the connection. */
  forgive(pattern: RegExp): void
  /** The rules of axe that the page breaks, with the first element at fault. */
  findBarriers(): Promise<string[]>
  /** Throws if anything went wrong that was not expected, or did not go wrong that was. */
  check(): void
  leave(): Promise<void>
}

type VisitorOptions = {
  url: string
  locale?: string
  /** Whether it is a small phone with a touch screen. Default false. */
  isPhone?: boolean
}

export async function visit(
  browser: Browser,
  { url, locale = 'en-GB', isPhone = false }: VisitorOptions,
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    locale,
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...(isPhone && { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }),
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
      // The browser reports each refusal once more here. Unexpected ones are among the troubles already.
      if (!isOfResponse) troubles.push(`console: ${message.text()}`)
    })
    return page
  }

  const page = watch(await context.newPage())
  const settled = watchRequests(page)
  return {
    page,
    context,
    settled,
    async photograph(name, fullPage = true) {
      if (takesScreenshots) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage })
    },
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
    // Frames show emails, which are not pages of ours.
    async findBarriers() {
      if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
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

/** How many times in a row nothing may be under way until a page counts as settled. */
const CALM = 2

/**
 * @returns waits until no request is under way, and none was sent while the page drew what came. Unlike `networkidle`, it does
 *   not wait for half a second after that
 */
function watchRequests(page: Page): () => Promise<void> {
  const underWay = new Set<Request>()
  let sent = 0
  let wake = () => {}
  page.on('request', (request) => {
    sent += 1
    underWay.add(request)
  })
  function ended(request: Request): void {
    underWay.delete(request)
    if (underWay.size === 0) wake()
  }
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  return async () => {
    for (let calm = 0; calm < CALM; calm++) {
      const before = sent
      if (underWay.size > 0) await new Promise<void>((resolve) => (wake = resolve))
      // Whoever leaves the page meanwhile asks for the next one.
      await page.evaluate(drawTwice).catch(() => {})
      if (underWay.size > 0 || sent !== before) calm = -1
    }
  }
}

const drawTwice = () =>
  new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))
