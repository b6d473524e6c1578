import { SameNameError } from '../accounts/username-rule-store.ts'
import { type Administration, openAdministration } from '../app/administration.ts'
import { createApp, describeApi, describeUrls, migrateDatabase, planMigration } from '../app/app.ts'
import { createBackups } from '../app/backups.ts'
import { createExports } from '../app/exports.ts'
import { createImports } from '../app/imports.ts'
import { checkMailServer } from '../app/mail-server.ts'
import { createProcessLog } from '../app/start/process-log.ts'
import { runServer } from '../app/start/run-server.ts'
import { StartError } from '../app/start/start-error.ts'
import { startFault } from '../app/start/start-fault.ts'
import { withSyncDjango } from '../app/syncs.ts'
import { sendTestMail } from '../app/test-mail.ts'
import { type Config, type ConfigSource, loadConfig, processEnvironment } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { describeSource, findEnvFile } from '../config/env-file-place.ts'
import { firstEnvFile, isEnvFileTracked, writeFirstEnvFile } from '../config/new-env-file.ts'
import { ConfigModuleError } from '../hooks/config-module.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { isError } from '../platform/is-error.ts'
import { createLog } from '../platform/log.ts'
import { isLoopbackHost } from '../platform/loopback.ts'
import { type Random, systemRandom } from '../platform/random.ts'
import { latchkeyVersion } from '../platform/version.ts'
import { BackupError } from '../storage/backup/backup-error.ts'
import { NewerSchemaError } from '../storage/migrate.ts'
import { UnreadyDatabaseError } from '../storage/migrated-database.ts'
import { UnfitDatabaseError } from '../storage/requirements.ts'
import type { Context, DoctorContext } from './context.ts'
import { type Needs, settingsFor } from './needed-settings.ts'
import { passwordFilters } from './password-filters.ts'
import { type ExitCode, runProgram } from './program.ts'
import { Refusal } from './refusal.ts'
import { createTerminal, type Streams } from './terminal.ts'

/** The input of the command line; tests pass other values. */
type Surroundings = {
  /** The words after the name of the program. */
  argumentTexts: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
  /** The folder of the `.env` file; relative paths start here. */
  workingDirectory: string
  streams: Streams
  clock: Clock
  random: Random
}

/** Whether this process is a server, which keeps running after the reader of its output has exited. */
let isServing = false

/** Runs one command. Returns the exit code of the process. */
export function latchkey(surroundings: Surroundings): Promise<ExitCode> {
  const { argumentTexts, environment, workingDirectory, streams, clock, random } = surroundings
  const silentLog = createLog('silent', () => {})
  const partsOf = (config: Config) => ({ config, clock, random, log: silentLog })

  /** The file that `--env-file` names. */
  let envFile: ConfigSource['envFile']

  function load(options: Pick<ConfigSource, 'debugByDefault' | 'missingSecretKey' | 'needs'>): Config {
    return loadConfig({ environment, workingDirectory, random, envFile, ...options })
  }

  /** Without SECRET_KEY, the server can only be one in development mode, which stores its secret in a file. */
  function loadBeside(missingSecretKey: 'keep' | 'none', needs?: Needs): Config {
    const needed = { needs: needs && settingsFor(needs) }
    const found = attempt(() => load({ missingSecretKey: 'none', ...needed })).value
    // Development mode needs an address of this machine.
    const isLocal = found !== undefined && isLoopbackHost(new URL(found.http.publicUrl).hostname)
    const isDevelopment = found?.keys.secretKey === '' && isLocal
    return load({ debugByDefault: isDevelopment, missingSecretKey, ...needed })
  }

  /** Turns errors of the settings or the database into a refusal that names the file of settings that was read. */
  async function refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isError(error)) throw error
      const told = error instanceof StartError && isError(error.cause) ? error.cause : error
      if (told instanceof UnreadyDatabaseError) {
        const option = envFile === undefined || envFile === 'none' ? undefined : envFile.path
        const source = describeSource(findEnvFile({ environment, workingDirectory, option }))
        throw new Refusal(`${told.message}\n${source}`)
      }
      const isTold = [
        BackupError,
        ConfigError,
        ConfigModuleError,
        NewerSchemaError,
        SameNameError,
        UnfitDatabaseError,
      ].some((kind) => told instanceof kind)
      throw isTold ? new Refusal(told.message) : told
    }
  }

  async function withAdministration<T>(config: Config, work: (opened: Administration) => Promise<T>): Promise<T> {
    const administration = await openAdministration(partsOf(config))
    try {
      return await work(administration)
    } finally {
      await administration.close()
    }
  }

  const doctor: DoctorContext = {
    nodeVersion: process.versions.node,
    workingDirectory,
    readSettings() {
      const { faults } = attempt(() => loadBeside('keep'))
      const config = attempt(() => load({ missingSecretKey: 'none' })).value
      return { faults, settings: config && { ...config, isSecretKeySet: config.keys.secretKey !== '' } }
    },
    async findMailFault() {
      const config = attempt(() => loadBeside('none', 'accounts')).value
      try {
        if (config !== undefined) await checkMailServer(config)
      } catch (error) {
        return isError(error) ? error.message : String(error)
      }
      return undefined
    },
    examineDatabase: () =>
      refusing(() => {
        const config = attempt(() => loadBeside('keep')).value ?? loadBeside('none', 'database')
        return withAdministration(config, ({ examine }) => examine())
      }),
  }
  const context: Context = {
    terminal: createTerminal(streams),
    environment,
    version: latchkeyVersion(),
    now: () => clock.now(),
    useEnvFile(path) {
      envFile = { path }
    },
    administer: (work, { needsSecretKey = false, needs = needsSecretKey ? 'keys' : 'passwords' } = {}) =>
      refusing(() => withAdministration(loadBeside(needsSecretKey ? 'keep' : 'none', needs), work)),
    migrate: () =>
      refusing(() => {
        const config = loadBeside('none', 'accounts')
        return explainingStart(config, () => migrateDatabase(partsOf(config)))
      }),
    planMigration: () => refusing(() => planMigration(partsOf(loadBeside('none', 'accounts')))),
    backUp: (work) => refusing(() => work(createBackups(partsOf(loadBeside('keep', 'keys')), environment.PATH))),
    exporting: (work) => refusing(() => work(createExports(partsOf(loadBeside('none', 'keys'))))),
    importFrom: (origin, options) =>
      refusing(() => createImports(partsOf(loadBeside('none', 'passwords')))(origin, options)),
    syncDjango: (work) => refusing(() => withSyncDjango(partsOf(loadBeside('none', 'accounts')), work)),
    serve: ({ debugByDefault }) =>
      refusing(() => {
        const config = load({ debugByDefault })
        isServing = true
        const log = createProcessLog(config, streams.output, streams.errors)
        return runServer({ settings: config, log, createApp: () => createApp({ config, clock, random, log }) })
      }),
    sendTestMail: (to) => refusing(async () => sendTestMail(loadBeside('none', 'accounts'), random, to, clock.now())),
    describeApi: () => refusing(() => describeApi(partsOf(load({ missingSecretKey: 'none' })))),
    describeUrls: () => refusing(() => describeUrls(partsOf(load({ missingSecretKey: 'none' })))),
    ...passwordFilters({
      workingDirectory,
      standardInput: streams.input,
      configuredPath: () => refusing(async () => loadBeside('none', 'passwords').passwords.breachedPasswords),
    }),
    envFile: {
      compose: () => firstEnvFile(random),
      write: () => writeFirstEnvFile(workingDirectory, random),
      isTracked: () => isEnvFileTracked(workingDirectory),
    },
    doctor,
  }
  return runProgram(argumentTexts, context)
}

/** Turns a failure to open the database into a refusal with the cure, like the one in a server's log. */
async function explainingStart<T>({ http, storage }: Config, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const fault = startFault(error, { ...http, ...storage })
    if (fault === undefined) throw error
    throw new Refusal(fault.replace(/^./, (first) => first.toUpperCase()))
  }
}

function attempt<T>(load: () => T): { value: T | undefined; faults: readonly string[] } {
  try {
    return { value: load(), faults: [] }
  } catch (error) {
    if (error instanceof ConfigError) return { value: undefined, faults: error.faults }
    throw error
  }
}

/** Runs the command of this process, and sets its exit code. */
export async function runCommandLine(): Promise<void> {
  // The reader may stop early: `latchkey users list | head`. A server keeps running without a reader of its log.
  process.stdout.on('error', (error) => {
    if (!isServing) process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1)
  })
  process.exitCode = await latchkey({
    argumentTexts: process.argv.slice(2),
    environment: processEnvironment(),
    workingDirectory: process.cwd(),
    streams: { input: process.stdin, output: process.stdout, errors: process.stderr },
    clock: systemClock,
    random: systemRandom,
  })
}

if (import.meta.main) await runCommandLine()
