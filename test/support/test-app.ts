import type { AddressInfo } from 'node:net'
import { type App, buildApp } from '../../src/app/app.ts'
import type { Core } from '../../src/app/parts.ts'
import type { BuiltServer } from '../../src/app/server.ts'
import { type Config, loadConfig } from '../../src/config/config.ts'
import { commandLine } from '../../src/flows/rights/actor.ts'
import type { Hooks } from '../../src/hooks/hooks.ts'
import type { UrlMap } from '../../src/hooks/urls.ts'
import { basePathOf } from '../../src/http/mount/base-path.ts'
import { withoutNames } from '../../src/http/openapi/names.ts'
import type { Clock } from '../../src/platform/clock.ts'
import { createLog } from '../../src/platform/log.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { expectContractOf } from './contract-check.ts'
import type { TestDatabase } from './databases.ts'
import { emptyDatabase } from './empty-database.ts'

/** The secret of every test server. */
export const TEST_SECRET_KEY = 'a-secret-key-for-tests-only-0123456789'

/** A clock that tests move by hand. It starts at the real time, because other libraries check tokens too. */
type TestClock = Clock & { advance(ms: number): void }

/** @param startsAt epoch milliseconds; default: now */
export function createTestClock(startsAt = Date.now()): TestClock {
  let offset = startsAt - Date.now()
  return { now: () => Date.now() + offset, advance: (ms) => (offset += ms) }
}

/** An app, with the parts inside it that tests inspect or speed up. */
type OpenedApp = App & Pick<Core, 'database'> & Pick<BuiltServer, 'mailWorker' | 'webhookWorker'>

/** The real app on a port of the loopback, with a database of its own. */
export type TestApp = {
  url: string
  app: OpenedApp
  config: Config
  clock: TestClock
  /** Every line of the log so far. */
  log: string[]
  databaseUrl: string
  /** Changes an account as the command line does. */
  administer(action: 'activate' | 'deactivate' | 'delete' | 'promote', username: string): Promise<void>
  /** Stops the server and starts a new one on the same database. */
  restart(settings?: Record<string, string>): Promise<TestApp>
  /** Starts one more process on the same database. It ends with this one at the latest. */
  another(settings?: Record<string, string>): Promise<TestApp>
  /**
   * Makes everything as it was at first, for the next test of a suite: no rows, an empty log, the settings of the start, and
   * only the other processes that were there at the first reset. It takes a tenth of the time of a new app. The clock goes on, and
   * so do ids.
   *
   * @returns this app, or a new one if a test has restarted it
   */
  reset(): Promise<TestApp>
  close(): Promise<void>
}

type TestAppOptions = {
  database: TestDatabase
  settings?: Record<string, string> | undefined
  /** The server's time at first, in epoch milliseconds. Default: now. */
  startsAt?: number
  hooks?: Hooks
  urls?: UrlMap
}

/** The documents that this process has generated, by the settings that affect them: generating one takes a second. */
const documents = new Map<string, string>()

/** The OpenAPI document of this server. Undefined: it is the document from `inject('openApi')`. */
async function documentFor({ tokens, posts, accounts }: Config, app: App): Promise<string | undefined> {
  const differences = {
    ...(tokens.isStrict && { isStrict: true }),
    ...(!posts.sampleResources && { sampleResources: false }),
    ...(accounts.usernameField !== 'username' && { usernameField: accounts.usernameField }),
    ...(accounts.profileSchema && { profileSchema: accounts.profileSchema }),
  }
  const key = JSON.stringify(differences)
  if (key === '{}') return undefined
  const document = documents.get(key) ?? (await documentOf(app))
  documents.set(key, document)
  return document
}

async function documentOf(app: App): Promise<string> {
  return JSON.stringify(withoutNames(await app.server.openApi()))
}

/**
 * Starts the app with cheap hashing and without limits, unless `settings` say otherwise. Sample resources are on, DEBUG is
 * off.
 */
export async function startTestApp({
  database,
  settings = {},
  startsAt,
  hooks,
  urls,
}: TestAppOptions): Promise<TestApp> {
  const place = await (database.createMigrated ?? database.create)()
  const clock = createTestClock(startsAt)
  const log: string[] = []
  const others: TestApp[] = []
  let isAsStarted = true
  /** How many of `others` the suite started for all of its tests. */
  let ofSuite: number | undefined
  let latest = await run(settings)
  return latest

  async function run(current: Record<string, string>): Promise<TestApp> {
    const config = loadConfig({
      environment: {
        SECRET_KEY: TEST_SECRET_KEY,
        DATABASE_URL: place.url,
        SAMPLE_RESOURCES: 'true',
        RATE_LIMITS: 'off',
        HASH_MEMORY_KIB: '64',
        HASH_PASSES: '1',
        PORT: '0',
        ...current,
      },
      workingDirectory: '/nonexistent',
      random: systemRandom,
    })
    const logger = createLog(config.log.level, (lines) => log.push(lines))
    const made = await buildApp({
      config,
      clock,
      random: systemRandom,
      log: logger,
      ...(hooks && { hooks }),
      ...(urls && { urls }),
    })
    const { mailWorker, webhookWorker } = made.built
    const app = { ...made.app, database: made.core.database, mailWorker, webhookWorker }
    await app.listen({ host: '127.0.0.1', port: config.http.port })
    const { port } = app.server.server.address() as AddressInfo
    const document = urls || hooks ? await documentOf(app) : await documentFor(config, app)
    const forget = expectContractOf(`http://127.0.0.1:${port}`, basePathOf(config.http.publicUrl), document)
    app.server.server.once('close', forget)
    return {
      url: `http://127.0.0.1:${port}`,
      app,
      config,
      clock,
      log,
      databaseUrl: place.url,
      async administer(action, username) {
        const { accounts } = app
        const account = await accounts.find(username)
        if (account === undefined) throw new Error(`there is no account ${username}`)
        if (action === 'delete') await accounts.remove(account.id, commandLine)
        else if (action === 'promote') await accounts.change(account.id, { isStaff: true }, commandLine)
        else await accounts.change(account.id, { isActive: action === 'activate' }, commandLine)
      },
      async restart(changed = {}) {
        await app.close()
        isAsStarted = false
        latest = await run({ ...current, ...changed })
        return latest
      },
      async another(changed = {}) {
        const other = await run({ ...current, ...changed })
        const partner: TestApp = { ...other, close: () => other.app.close() }
        others.push(partner)
        return partner
      },
      async reset() {
        ofSuite ??= others.length
        for (const other of others.splice(ofSuite)) await other.close()
        if (!isAsStarted) await latest.app.close()
        await emptyDatabase(place.url)
        log.length = 0
        if (isAsStarted) return latest
        isAsStarted = true
        latest = await run(settings)
        return latest
      },
      async close() {
        for (const other of others) await other.close()
        await app.close()
        logger.flushNow()
        await place.drop()
      },
    }
  }
}
