import { describe, expect, it } from 'vitest'
import { replayScenario } from '../conformance/replay.ts'
import { readGolden, readScenarios, type Scenario } from '../conformance/scenario.ts'
import type { SeenSecrets } from '../conformance/secrets.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'

const scenarios = readScenarios('scenarios.json')
const golden = readGolden('golden.json')

/** Shorter pieces of a token are words that a log may well contain. */
const SHORTEST_PIECE = 16

/** Plays scenarios. What they check in the answers does not matter here. */
async function play(app: TestApp, chosen: readonly Scenario[]): Promise<SeenSecrets> {
  const seen: SeenSecrets = { tokens: new Set(), passwords: new Set() }
  const server = {
    url: app.url,
    secretKey: TEST_SECRET_KEY,
    administer: app.administer,
    now: app.clock.now,
    advance: async (seconds: number) => app.clock.advance(seconds * 1_000),
  }
  for (const scenario of chosen) {
    const recorded = golden.get(scenario.name)
    if (recorded) await replayScenario(scenario, recorded, server, seen)
  }
  return seen
}

/** Everything again, in places where it does not belong. */
async function misplace({ url }: TestApp, { tokens: [token = ''] }: { tokens: readonly string[] }): Promise<void> {
  const query = `?token=${token}&password=query-string-password#fragment-password`
  await sendJson(url, 'GET', `/api/protected/${query}`)
  await sendJson(url, 'GET', `/nowhere${query}`)
  await sendJson(url, 'GET', `http://somewhere.test/api/protected/${query}`)
  await sendJson(url, 'POST', `/api/login/${query}`, { headers: { cookie: `session=${token}`, referer: url + query } })
  await sendJson(url, 'GET', '/api/protected/', { headers: { authorization: `Basic ${btoa('me:basic-password')}` } })
  await sendJson(url, 'GET', '/api/protected/', { headers: { authorization: `Bearer ${token} second-word` } })
}

const fromMisplaced = [
  'query-string-password',
  'fragment-password',
  'basic-password',
  btoa('me:basic-password'),
  'second-word',
]

/** The hashes and seeds that the database now contains. */
async function storedSecrets({ app: { database } }: TestApp): Promise<string[]> {
  const passwords = await database.read.selectFrom('passwords').select('hash').execute()
  const sessions = await database.read.selectFrom('sessions').select('refresh_seed').execute()
  return [
    ...passwords.flatMap(({ hash }) => hash.split('$').filter((piece) => piece.length >= SHORTEST_PIECE)),
    ...sessions.map(({ refresh_seed }) => refresh_seed).filter((seed) => seed !== ''),
  ]
}

/** Whether a password is not a word of our own paths, and long enough not to be part of another word. */
function isDistinctive(password: string): boolean {
  return password.length >= 8 && !'/api/change-password/'.includes(password)
}

describe.each([
  ...databases.map((database) => ({ database, settings: { COMPATIBILITY: 'simplejwt' } })),
  ...every(2, databases).map((database) => ({ database, settings: {} })),
])('the log of everything on $database.name with $settings', ({ database, settings }) => {
  it('holds no token, no password, no hash, no key and no query', async () => {
    const app = await startTestApp({ database, settings: { ...settings, LOG_LEVEL: 'trace' } })
    const seen = await play(app, scenarios)
    await misplace(app, { tokens: [...seen.tokens] })
    const stored = await storedSecrets(app)
    // From here on, every request fails internally: the errors themselves are logged.
    await app.app.database.inTransaction((tx) => tx.schema.alterTable('sessions').renameTo('sessions_away').execute())
    const failing = await play(app, every(5, scenarios))
    await app.close()

    const log = app.log.join('')
    const pieces = [...seen.tokens, ...failing.tokens].flatMap((token) => [token, ...token.split('.')])
    const passwords = [...seen.passwords, ...failing.passwords].filter(isDistinctive)
    const secrets = [
      ...pieces.filter((piece) => piece.length >= SHORTEST_PIECE),
      ...passwords,
      ...stored,
      ...fromMisplaced,
      TEST_SECRET_KEY,
      'Bearer ',
      '$argon2',
      '?',
    ]
    expect(new Set(secrets).size).toBeGreaterThan(400)
    expect(log.split('\n').length).toBeGreaterThan(500)
    expect(log).toMatch(/"level":50,.*"stack"/)
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  })
})

function every<T>(count: number, items: readonly T[]): T[] {
  return items.filter((_, index) => index % count === 0)
}
