import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { type ConformanceServer, replayScenario } from './replay.ts'
import { readGolden, readScenarios, type Scenario } from './scenario.ts'

const ownScenarios = readScenarios('own-scenarios.json')
const ownGolden = readGolden('own-golden.json')
/**
 * The recorded servers replace bytes that are no text in their charset with U+FFFD, so that another password logs in.
 * Latchkey refuses them: `charsets.test.ts` checks what it does instead.
 */
const strictOnPurpose = new Set(['form-invalid', 'multipart-invalid-utf8'])
const waitsForExpiry = (scenario: Scenario) => scenario.needs?.includes('short') === true

/**
 * The recording of short-lived tokens had 2 s and 6 s. Here a second of it is a hundred, passed by moving the clock, so
 * that the time a test takes does not count.
 */
const shortLives = { ACCESS_TOKEN_LIFETIME: '200s', REFRESH_TOKEN_LIFETIME: '600s' }
const msOfRecordedSecond = 100_000

const collections = [
  { title: 'the classic contract', scenarios: readScenarios('scenarios.json'), golden: readGolden('golden.json') },
  {
    title: 'the classic contract in depth',
    scenarios: ownScenarios.filter((scenario) => !waitsForExpiry(scenario) && !strictOnPurpose.has(scenario.name)),
    golden: ownGolden,
  },
  {
    title: 'the classic contract with short-lived tokens',
    scenarios: ownScenarios.filter(waitsForExpiry),
    golden: ownGolden,
    settings: shortLives,
  },
]

for (const database of databases) {
  for (const { title, scenarios, golden, settings } of collections) {
    describe(`${title} on ${database.name}`, () => {
      let app: TestApp
      let server: ConformanceServer

      beforeAll(async () => {
        // The recorded server blacklisted rotated tokens; by default Latchkey does not.
        const asRecorded = { COMPATIBILITY: 'simplejwt', BLACKLIST_AFTER_ROTATION: 'true' }
        app = await startTestApp({ database, settings: { ...asRecorded, ...settings } })
        server = {
          url: app.url,
          secretKey: TEST_SECRET_KEY,
          administer: (action, username) => app.administer(action, username),
          now: () => app.clock.now(),
          advance: async (seconds) => app.clock.advance(seconds * msOfRecordedSecond),
        }
      })

      afterAll(() => app.close())

      it.each(scenarios.map((scenario): [string, Scenario] => [`${scenario.name}: ${scenario.about}`, scenario]))(
        '%s',
        async (_title, scenario) => {
          const recorded = golden.get(scenario.name)
          if (!recorded) throw new Error(`${scenario.name} has no recording`)
          expect(await replayScenario(scenario, recorded, server)).toEqual([])
        },
      )
    })
  }
}
