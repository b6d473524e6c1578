import { afterEach, describe, expect, it } from 'vitest'
import { createReportRotatedTokens } from '../../src/flows/upkeep/report-rotated-tokens.ts'
import { createLog } from '../../src/platform/log.ts'
import { aCommandLine } from '../support/command-line.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, logIn, meet, refresh, rotated } from '../support/v1-client.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const METRICS_TOKEN = 'a-metrics-token-for-tests-only-01234567'

/** What most front ends for SimpleJWT do: they keep the refresh token from their login. */
describe.each(databases)('a client that keeps its first refresh token, on $name', (database) => {
  let app: TestApp

  afterEach(() => app.close())

  async function start(settings: Record<string, string> = {}): Promise<TestApp> {
    app = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt', METRICS_TOKEN, ...settings } })
    for (const name of ['ann', 'ben']) await addAccount(app, name)
    return app
  }

  async function countsOf(): Promise<{ sessions: number; accounts: number }> {
    const { text } = await sendJson(app.url, 'GET', '/metrics', {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    })
    const read = (name: string) => Number(new RegExp(`^latchkey_rotated_token_${name} (\\d+)$`, 'm').exec(text)?.[1])
    return { sessions: read('sessions'), accounts: read('accounts') }
  }

  it('stays logged in under COMPATIBILITY=simplejwt, as does one that stores the new token', async () => {
    await start()
    const kept = (await logIn(app, 'ann')).refresh_token
    let stored = (await logIn(app, 'ann')).refresh_token
    for (let time = 0; time < 5; time++) {
      app.clock.advance(5 * MINUTE)
      const { access_token } = await rotated(app, kept)
      expect((await meet(app, access_token)).slice(0, 2)).toEqual([200, 200])
      const next = (await rotated(app, stored)).refresh_token
      expect(claimsOf(next).jti).not.toBe(claimsOf(stored).jti)
      stored = next
    }
    app.clock.advance(DAY)
    expect((await refresh(app, kept)).status).toBe(401)
  })

  it('is counted by session and by account for a day: in the metrics, by doctor and once a day in the log', async () => {
    await start()
    const lines: string[] = []
    const log = createLog('info', (text) => lines.push(text))
    const report = createReportRotatedTokens({ database: app.app.database, clock: app.clock, log })
    const messages = () => {
      log.flushNow()
      return lines.map((line) => JSON.parse(line).msg ?? JSON.parse(line).message)
    }
    await report()
    expect(messages()).toEqual([expect.stringContaining('would log nobody out')])

    const kept = [await logIn(app, 'ann'), await logIn(app, 'ann'), await logIn(app, 'ben')]
    const stored = await logIn(app, 'ben')
    for (const { refresh_token } of [...kept, stored]) await rotated(app, refresh_token)
    // Two tabs that refresh at once do not count as such a client.
    await rotated(app, stored.refresh_token)
    expect(await countsOf()).toEqual({ sessions: 0, accounts: 0 })
    app.clock.advance(5 * MINUTE)
    for (const { refresh_token } of kept) for (let time = 0; time < 2; time++) await rotated(app, refresh_token)
    expect(await countsOf()).toEqual({ sessions: 3, accounts: 2 })

    await report()
    app.clock.advance(DAY - 5 * MINUTE)
    await report()
    expect(messages().slice(1)).toEqual([expect.stringContaining('3 sessions of 2 accounts')])

    const cli = aCommandLine({ databaseUrl: app.databaseUrl, environment: { COMPATIBILITY: 'simplejwt' } })
    expect((await cli.run('doctor')).out).toMatch(/BLACKLIST_AFTER_ROTATION=true would log/)
    app.clock.advance(5 * MINUTE + 1)
    expect(await countsOf()).toEqual({ sessions: 0, accounts: 0 })
  })

  it.each(['true', 'false'])(
    'is slowed down if it sends one token over and over, with BLACKLIST_AFTER_ROTATION=%s',
    async (blacklist) => {
      const limit = { RATE_LIMITS: 'on', LIMIT_REFRESH_PER_TOKEN: '5/1m', LIMIT_LOGIN_PER_ADDRESS: 'off' }
      await start({ BLACKLIST_AFTER_ROTATION: blacklist, ...limit })
      const { refresh_token: token } = await logIn(app, 'ann')
      const other = await logIn(app, 'ann')
      await rotated(app, token)
      const path = '/api/token/refresh/'
      for (let time = 0; time < 5; time++) {
        const answer = await sendJson(app.url, 'POST', path, { body: { refresh: token } })
        expect(answer.status).toBe(blacklist === 'true' ? 401 : 200)
      }
      const refused = await sendJson(app.url, 'POST', path, { body: { refresh: token } })
      expect(refused.status).toBe(429)
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
      expect([(await refresh(app, token)).status, codeOf(await refresh(app, token))]).toEqual([429, 'throttled'])
      // Others are not slowed down, and neither is this one forever.
      await rotated(app, other.refresh_token)
      app.clock.advance(MINUTE)
      expect((await refresh(app, token)).status).not.toBe(429)
    },
  )
})

describe.each(databases)('REFRESH_RETRY_WINDOW=until-used on $name', (database) => {
  it('gets the successor again until it is first presented, and no longer', async () => {
    const app = await startTestApp({
      database,
      settings: { REFRESH_RETRY_WINDOW: 'until-used', REFRESH_TOKEN_LIFETIME: '30d' },
    })
    try {
      await addAccount(app, 'ann')
      const { refresh_token: first } = await logIn(app, 'ann')
      const { refresh_token: lost } = await rotated(app, first)
      app.clock.advance(9 * DAY)
      const answers = await Promise.all(Array.from({ length: 16 }, () => rotated(app, first)))
      expect(new Set(answers.map(({ refresh_token }) => refresh_token))).toEqual(new Set([lost]))
      await rotated(app, lost)
      expect(codeOf(await refresh(app, first))).toBe('replayed')
    } finally {
      await app.close()
    }
  })
})
