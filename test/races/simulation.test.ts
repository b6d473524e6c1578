import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn, type V1Tokens } from '../support/v1-client.ts'

const STEPS = 2_000
const BROWSERS = 12
const WINDOW_MS = 10_000
const DAY = 86_400_000

/** A generator that gives the same numbers for the same seed (mulberry32), so that a failed run can be repeated. */
function randomNumbers(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { chance: (probability: number) => next() < probability, below: (limit: number) => Math.floor(next() * limit) }
}

/** One login, used by tabs that share what is stored, and what is known of its tokens: the oldest first. */
type Browser = { stored: string; chain: { token: string; issuedAt: number }[] }

describe.each(databases)('months of refreshing, at any process, on $name', (database) => {
  const { name } = database
  let app: TestApp
  let processes: TestApp[]
  let presented = 0

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { SESSION_LIFETIME: 'none', LOG_LEVEL: 'silent' } })
    // SQLite is for one process.
    processes = name === 'SQLite' ? [app] : [app, await app.another(), await app.another()]
    await addAccount(app, 'ann')
  })
  afterAll(() => app.close())

  async function present(refreshToken: string): Promise<V1Tokens | string> {
    const payload = { refresh_token: refreshToken }
    const { app: process } = processes[presented++ % processes.length] as TestApp
    const answer = await process.server.inject({ method: 'POST', url: '/api/v1/refresh', payload })
    return answer.statusCode === 200 ? answer.json<V1Tokens>() : answer.json<{ code: string }>().code
  }

  async function openBrowser(): Promise<Browser> {
    const { refresh_token } = await logIn(app, 'ann')
    return { stored: refresh_token, chain: [{ token: refresh_token, issuedAt: app.clock.now() }] }
  }

  /** Notes what an answer shows of the chain: a new token, or the newest one again. */
  function note(browser: Browser, { refresh_token }: V1Tokens): void {
    if (browser.chain.some(({ token }) => token === refresh_token)) return
    browser.chain.push({ token: refresh_token, issuedAt: app.clock.now() })
  }

  it.each(name === 'SQLite' ? [1, 2, 3] : [4])(
    'never logs out an honest client, and misses no thief (seed %i)',
    async (seed) => {
      const random = randomNumbers(seed)
      const browsers: Browser[] = []
      for (let nth = 0; nth < BROWSERS; nth++) browsers.push(await openBrowser())
      const count = { honest: 0, lost: 0, tabs: 0, thefts: 0, falseLogouts: 0, missedThefts: 0 }

      /** Two tabs, or one that gets no response and asks again, all within the window. All end up with the same tokens. */
      async function refreshHonestly(browser: Browser): Promise<void> {
        const presented = browser.stored
        const tabs = 1 + random.below(3)
        const isLost = random.chance(0.2)
        count.honest++
        if (tabs > 1) count.tabs++
        if (isLost) count.lost++
        const answers = await Promise.all(Array.from({ length: tabs }, () => present(presented)))
        if (isLost) {
          app.clock.advance(random.below(WINDOW_MS - 2_000))
          answers.push(await present(presented))
        }
        const successors = new Set(
          answers.map((answer) => (typeof answer === 'string' ? answer : answer.refresh_token)),
        )
        const given = answers.filter((answer) => typeof answer !== 'string')
        if (successors.size !== 1 || given.length !== answers.length) count.falseLogouts++
        for (const answer of given) note(browser, answer)
        browser.stored = given.at(-1)?.refresh_token ?? presented
      }

      /** Somebody presents a live token that was used before, too late or too long ago: the session must have ended. */
      async function presentStolen(browser: Browser): Promise<void> {
        const current = browser.chain.at(-1)
        const spent = browser.chain.slice(0, -1).filter(({ issuedAt }) => app.clock.now() - issuedAt < DAY - WINDOW_MS)
        const stolen = spent[random.below(spent.length)]
        if (current === undefined || stolen === undefined) return
        const isPredecessor = stolen === browser.chain.at(-2)
        if (isPredecessor && app.clock.now() - current.issuedAt < WINDOW_MS) app.clock.advance(WINDOW_MS)
        count.thefts++
        const byThief = await present(stolen.token)
        const byOwner = await present(browser.stored)
        if (byThief !== 'replayed' || byOwner !== 'replayed') count.missedThefts++
        browsers[browsers.indexOf(browser)] = await openBrowser()
      }

      for (let step = 0; step < STEPS; step++) {
        app.clock.advance(random.chance(0.5) ? random.below(3_000) : random.below(20 * 60_000))
        const browser = browsers[random.below(BROWSERS)] as Browser
        if (browser.chain.length > 1 && random.chance(0.05)) await presentStolen(browser)
        else await refreshHonestly(browser)
        // Nobody stays away for as long as a refresh token lives.
        if (step % 40 === 0) for (const one of browsers) await refreshHonestly(one)
      }

      expect(count).toMatchObject({ falseLogouts: 0, missedThefts: 0 })
      expect(count.honest).toBeGreaterThan(STEPS * 0.9)
      expect(Math.min(count.lost, count.tabs, count.thefts)).toBeGreaterThan(50)
    },
    // Thousands of commits, on a machine that may be busy.
    600_000,
  )

  it('is detected when a thief refreshes first: the owner presents a used token, and both are logged out', async () => {
    const random = randomNumbers(4)
    for (let nth = 0; nth < 100; nth++) {
      const browser = await openBrowser()
      const byThief = (await present(browser.stored)) as V1Tokens
      app.clock.advance(WINDOW_MS + random.below(60_000))
      expect(await present(browser.stored)).toBe('replayed')
      expect(await present(byThief.refresh_token)).toBe('replayed')
    }
  })
})
