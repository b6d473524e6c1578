import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/databases.ts'
import { count, createKnocker, type Knocker, PASSWORD } from '../support/login-attempts.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const HOME = '198.51.100.10'
const ATTACKER = '203.0.113.66'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Address number `nth` of an attacker. */
const bot = (nth: number) => `192.0.2.${nth % 256}`

describe.each(databases)('guessing passwords, with $name', (database) => {
  let app: TestApp
  let knocker: Knocker

  const entersFrom = async (from: string, username = 'victim') =>
    (await knocker.logIn({ username, password: PASSWORD, from })).status

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    app = await startTestApp({ database, settings: { RATE_LIMITS: 'on' } })
    knocker = createKnocker(app)
    await knocker.register('victim', HOME)
    await knocker.register('other', HOME)
  })
  // All windows are over when the next test begins. Networks of earlier logins stay known.
  beforeEach(() => {
    vi.advanceTimersByTime(60 * MINUTE)
  })
  afterAll(async () => {
    vi.useRealTimers()
    await app.close()
  })

  it('ends after ten wrong ones for one account from one address, and lets the owner in from any other address', async () => {
    const statuses = await knocker.guess(30, () => ({ from: ATTACKER }))
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(20).fill(429)])
    expect(await entersFrom(HOME)).toBe(200)
    expect(await entersFrom('198.51.100.98')).toBe(200)
    expect(await entersFrom(ATTACKER, 'other')).toBe(200)
    expect(await entersFrom(ATTACKER)).toBe(429)
    vi.advanceTimersByTime(15 * MINUTE)
    expect(await entersFrom(ATTACKER)).toBe(200)
  })

  it('ends after 25 wrong ones from one address, whichever accounts they are for', async () => {
    const statuses = await knocker.guess(40, (nth) => ({ from: ATTACKER, username: `name${nth}` }))
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([25, 15])
    expect(await entersFrom(ATTACKER, 'other')).toBe(429)
    expect(await entersFrom(HOME)).toBe(200)
    vi.advanceTimersByTime(5 * MINUTE)
    expect(await entersFrom(ATTACKER, 'other')).toBe(200)
  })

  it('ends after 50 wrong ones for one account from many addresses, and lets the owner in from known networks', async () => {
    expect(await entersFrom('198.51.100.20')).toBe(200)
    const statuses = await knocker.guess(150, (nth) => ({ from: bot(nth) }))
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([50, 100])
    // Networks where the account logged in, and where it was registered.
    expect(await entersFrom('198.51.100.20')).toBe(200)
    expect(await entersFrom(HOME)).toBe(200)
    // On an unknown network, the owner looks like another attacker until the window is over.
    expect(await entersFrom('198.51.100.99')).toBe(429)
    expect(await entersFrom('198.51.100.99', 'other')).toBe(200)
    vi.advanceTimersByTime(60 * MINUTE)
    expect(await entersFrom('198.51.100.99')).toBe(200)
  })

  it('continues for no more than 100 wrong ones an hour, even if one of many addresses is the owner’s', async () => {
    let wrong = 0
    for (let quarter = 0; quarter < 4; quarter++) {
      wrong += count(await knocker.guess(40, (nth) => ({ from: nth % 2 ? HOME : bot(nth) })), 401)
      vi.advanceTimersByTime(15 * MINUTE - 1_000)
    }
    expect(wrong).toBeGreaterThan(50)
    expect(wrong).toBeLessThanOrEqual(100)
  })

  it('is not reset by logins from elsewhere, nor by logins to the attacker’s own account', async () => {
    await knocker.register('attacker', ATTACKER)
    const statuses: number[] = []
    for (let round = 0; round < 40; round++) {
      statuses.push(...(await knocker.guess(1, () => ({ from: ATTACKER, username: round % 2 ? 'victim' : 'other' }))))
      await entersFrom(ATTACKER, 'attacker')
      await entersFrom(HOME)
    }
    expect(count(statuses, 401)).toBe(20)
  })

  it('costs the owner nothing for an occasional typo', async () => {
    for (let round = 0; round < 4; round++) {
      expect(await knocker.guess(5, () => ({ from: HOME }))).toEqual(Array(5).fill(401))
      expect(await entersFrom(HOME)).toBe(200)
    }
  })

  it('is stopped at the same count although a hundred come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, nth) =>
        knocker.logIn({ username: 'victim', password: `wrong ${nth}`, from: ATTACKER }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([10, 90])
  })

  it('does not block many correct logins at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 50 }, () => entersFrom(HOME)))
    expect(count(statuses, 200)).toBe(50)
  })

  it('looks the same for names that no account has and for accounts that may not log in', async () => {
    await app.administer('deactivate', 'other')
    const bot = (nth: number) => `192.0.3.${nth}`
    const ofVictim = await knocker.guess(70, (nth) => ({ from: bot(nth % 9) }))
    const ofOther = await knocker.guess(70, (nth) => ({ from: bot(100 + (nth % 9)), username: 'other' }))
    const ofNobody = await knocker.guess(70, (nth) => ({ from: bot(200 + (nth % 9)), username: 'nobody' }))
    expect(ofOther).toEqual(ofVictim)
    expect(ofNobody).toEqual(ofVictim)
    await app.administer('activate', 'other')
  })

  it('reveals nothing once it is stopped: a right password and a wrong one get the same response, and none is hashed', async () => {
    const failures = async () => {
      const events = await app.app.database.read.selectFrom('audit_events').select('event').execute()
      return events.filter(({ event }) => event === 'login.failed').length
    }
    await knocker.guess(10, () => ({ from: ATTACKER }))
    const failuresBefore = await failures()
    const [right, wrong] = await Promise.all([
      knocker.logIn({ username: 'victim', password: PASSWORD, from: ATTACKER }),
      knocker.logIn({ username: 'victim', password: 'wrong', from: ATTACKER }),
    ])
    const { 'x-request-id': _, ...headers } = right.headers
    expect({ ...wrong.headers, 'x-request-id': undefined }).toEqual({ ...headers, 'x-request-id': undefined })
    expect([right.status, right.body]).toEqual([wrong.status, wrong.body])
    expect(await failures()).toBe(failuresBefore)
  })

  // Last, because it leaves the clock half a year ahead.
  it('counts a network as known for 90 days after the last login from it', async () => {
    expect(await entersFrom(HOME)).toBe(200)
    vi.advanceTimersByTime(90 * DAY)
    await knocker.guess(50, (nth) => ({ from: bot(nth) }))
    expect(await entersFrom(HOME)).toBe(200)
    vi.advanceTimersByTime(90 * DAY + 1)
    await knocker.guess(50, (nth) => ({ from: bot(nth) }))
    expect(await entersFrom(HOME)).toBe(429)
  })
})
