import { type Config, loadConfig } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { textsOf } from '../config/given-object.ts'
import type { SettingsByName } from '../config/named-settings.ts'
import { checkHooks } from '../hooks/config-module.ts'
import type { Hooks } from '../hooks/hooks.ts'
import type { UrlMap } from '../hooks/urls.ts'
import type { Mount } from '../http/mount/mount.ts'
import type { Clock } from '../platform/clock.ts'
import { createLog } from '../platform/log.ts'
import { systemRandom } from '../platform/random.ts'
import { type App, createApp } from './app.ts'
import { listen } from './start/listen.ts'

/**
 * What `createLatchkey` takes: every setting of the manual by its name, such as `SECRET_KEY` or `PUBLIC_URL`, with the same
 * checks and defaults as in the environment. The environment itself and `.env` are not read.
 */
export type LatchkeyOptions = SettingsByName & {
  /** Your own functions, as in `latchkey.config.ts`. */
  hooks?: Hooks
  /** Your own paths for the classic views and those of djoser: see docs/urls.md. Default: none. */
  urls?: UrlMap
  /** Receives the log: complete JSON lines, each with its newline. Default: standard output. */
  log?: (lines: string) => void
}

/** The account and the session of an access token. */
export type VerifiedCaller = {
  account: { id: number; username: string; email: string; isStaff: boolean; isSuperuser: boolean }
  /** Undefined with `CHECK_SESSION=false` if the token names no session. */
  sessionId: string | undefined
}

/** A Latchkey inside your program. Two in one process are independent. */
export type Latchkey = {
  /** For `node:http`, Express and Connect: `app.use('/auth', latchkey.handler)`. See `docs/embedding.md`. */
  handler: Mount['handler']
  /** For Fastify: `app.register(latchkey.plugin, { prefix: '/auth' })`. */
  plugin: Mount['plugin']
  /** For Hono and other frameworks on web standards: takes a `Request`, returns a `Response`. */
  fetch: Mount['fetch']
  /** Listens on `HOST` and `PORT`, for a program that has no server of its own. @returns the address, as a URL */
  listen(): Promise<string>
  /**
   * Returns the account and the session of an access token. It reads them from the database, so an ended session is
   * refused at once.
   *
   * @throws AuthError with a `code` from the manual's list
   */
  verify(accessToken: string): Promise<VerifiedCaller>
  /** Finishes open requests and background work, and closes the database. */
  close(): Promise<void>
}

/** @throws ConfigError with every fault of the settings, including unknown names */
function readSettings(settings: SettingsByName): Config {
  const { texts, faults } = textsOf(settings)
  const read = () =>
    loadConfig({
      environment: { CONFIG_MODULE: 'none', ...texts },
      workingDirectory: process.cwd(),
      envFile: 'none',
      random: systemRandom,
    })
  if (faults.length === 0) return read()
  try {
    read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError([...faults, ...error.faults])
  }
  throw new ConfigError(faults)
}

/**
 * Builds a Latchkey for another program.
 *
 * @returns it, and the app behind it, which tests need
 * @throws ConfigError, ConfigModuleError, and any error of opening the database
 */
export async function embed(options: LatchkeyOptions, clock: Clock): Promise<{ latchkey: Latchkey; app: App }> {
  const { hooks = {}, urls = {}, log: sink = (lines) => void process.stdout.write(lines), ...settings } = options
  checkHooks('createLatchkey', hooks)
  const config = readSettings(settings)
  const log = createLog(config.log.level, sink)
  const app = await createApp({ config, clock, random: systemRandom, log, hooks, urls })
  const { mount } = app
  const latchkey: Latchkey = {
    handler: mount.handler,
    plugin: mount.plugin,
    fetch: mount.fetch,
    listen: () => listen(app.server, { host: config.http.host, port: config.http.port }),
    async verify(accessToken) {
      const { account, sessionId } = await app.authenticate(accessToken)
      const { id, username, email, isStaff, isSuperuser } = account
      return { account: { id, username, email, isStaff, isSuperuser }, sessionId }
    },
    async close() {
      await app.close()
      log.flushNow()
    },
  }
  app.startWork()
  return { latchkey, app }
}
