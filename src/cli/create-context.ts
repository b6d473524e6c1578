import { SameNameError } from '../accounts/names/username-rule-store.ts'
import { createApp, migrateDatabase, planMigration } from '../app/app.ts'
import { type Administration, openAdministration } from '../app/commands/administration.ts'
import { buildBackups } from '../app/commands/backups.ts'
import { createExports } from '../app/commands/exports.ts'
import { createImports } from '../app/commands/imports.ts'
import { checkMailServer, tryMailServer } from '../app/commands/mail-server.ts'
import { withSyncDjango } from '../app/commands/syncs.ts'
import { describeApi, describeUrls } from '../app/described-server.ts'
import { createProcessLog } from '../app/start/process-log.ts'
import { runServer } from '../app/start/run-server.ts'
import { StartError } from '../app/start/start-error.ts'
import { startFault } from '../app/start/start-fault.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { firstEnvFile, isEnvFileTracked, writeFirstEnvFile } from '../config/new-env-file.ts'
import { ConfigModuleError } from '../hooks/config-module.ts'
import type { Clock } from '../platform/clock.ts'
import { withFullStop } from '../platform/full-stop.ts'
import { isError, messageOf } from '../platform/is-error.ts'
import { createLog } from '../platform/log.ts'
import type { Random } from '../platform/random.ts'
import { latchkeyVersion } from '../platform/version.ts'
import { BackupError } from '../storage/backup/backup-error.ts'
import { NewerSchemaError } from '../storage/migrate.ts'
import { UnreadyDatabaseError } from '../storage/migrated-database.ts'
import { UnfitDatabaseError } from '../storage/requirements.ts'
import { createCommandSettings } from './command-settings.ts'
import type { Context, DoctorContext } from './context.ts'
import { passwordFilters } from './password-filters.ts'
import { Refusal } from './refusal.ts'
import { createTerminal, type Streams } from './terminal/terminal.ts'

/** What surrounds the command line; tests pass other values. */
export type Surroundings = {
  environment: Readonly<Record<string, string | undefined>>
  /** The folder of the `.env` file; relative paths start here. */
  workingDirectory: string
  streams: Streams
  clock: Clock
  random: Random
  /** Called when this process becomes a server. Default: nothing happens. */
  onServe?: () => void
}

/** Errors whose messages are meant for the person who runs the command. */
const SELF_EXPLAINED = [
  BackupError,
  ConfigError,
  ConfigModuleError,
  NewerSchemaError,
  SameNameError,
  UnfitDatabaseError,
] as const

/** Builds what commands may use. Opens nothing. */
export function createContext(surroundings: Surroundings): Context {
  const { environment, workingDirectory, streams, clock, random, onServe = () => {} } = surroundings
  const silentLog = createLog('silent', () => {})
  const partsOf = (config: Config) => ({ config, clock, random, log: silentLog })
  const settings = createCommandSettings({ environment, workingDirectory, random })

  /** Turns errors of the settings or the database into a refusal that names the file of settings that was read. */
  async function refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isError(error)) throw error
      const failure = error instanceof StartError && isError(error.cause) ? error.cause : error
      if (failure instanceof UnreadyDatabaseError) throw new Refusal(`${failure.message}\n${settings.describeSource()}`)
      throw SELF_EXPLAINED.some((kind) => failure instanceof kind)
        ? new Refusal(withFullStop(failure.message))
        : failure
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
      const { faults } = settings.attempt(() => settings.loadBeside('keep'))
      const config = settings.attempt(() => settings.load({ missingSecretKey: 'none' })).value
      return { faults, settings: config && { ...config, isSecretKeySet: config.keys.secretKey !== '' } }
    },
    async findMailFault() {
      const config = settings.attempt(() => settings.loadBeside('none', 'accounts')).value
      try {
        if (config !== undefined) await checkMailServer(config)
      } catch (error) {
        return messageOf(error)
      }
      return undefined
    },
    examineDatabase: () =>
      refusing(() => {
        const config =
          settings.attempt(() => settings.loadBeside('keep')).value ?? settings.loadBeside('none', 'database')
        return withAdministration(config, ({ examine }) => examine())
      }),
  }
  return {
    terminal: createTerminal(streams),
    environment,
    version: latchkeyVersion(),
    now: () => clock.now(),
    useEnvFile: settings.useEnvFile,
    administer: (work, { needsSecretKey = false, needs = needsSecretKey ? 'keys' : 'passwords' } = {}) =>
      refusing(() => withAdministration(settings.loadBeside(needsSecretKey ? 'keep' : 'none', needs), work)),
    migrate: () =>
      refusing(() => {
        const config = settings.loadBeside('none', 'accounts')
        return explainingStart(config, () => migrateDatabase(partsOf(config)))
      }),
    planMigration: () => refusing(() => planMigration(partsOf(settings.loadBeside('none', 'accounts')))),
    backUp: (work) =>
      refusing(() => work(buildBackups(partsOf(settings.loadBeside('keep', 'keys')), environment.PATH))),
    exporting: (work) => refusing(() => work(createExports(partsOf(settings.loadBeside('none', 'keys'))))),
    importFrom: (system, options) =>
      refusing(() => createImports(partsOf(settings.loadBeside('none', 'passwords')))(system, options)),
    syncDjango: (work) => refusing(() => withSyncDjango(partsOf(settings.loadBeside('none', 'accounts')), work)),
    serve: ({ debugByDefault }) =>
      refusing(() => {
        const config = settings.load({ debugByDefault })
        onServe()
        const log = createProcessLog(config, streams.output, streams.errors)
        return runServer({ settings: config, log, createApp: () => createApp({ config, clock, random, log }) })
      }),
    sendTestMail: (to) =>
      refusing(async () => tryMailServer(settings.loadBeside('none', 'accounts'), random, to, clock.now())),
    describeApi: () => refusing(() => describeApi(partsOf(settings.load({ missingSecretKey: 'none' })))),
    describeUrls: () => refusing(() => describeUrls(partsOf(settings.load({ missingSecretKey: 'none' })))),
    ...passwordFilters({
      workingDirectory,
      standardInput: streams.input,
      configuredPath: () => refusing(async () => settings.loadBeside('none', 'passwords').passwords.breachedPasswords),
    }),
    envFile: {
      compose: () => firstEnvFile(random),
      write: () => writeFirstEnvFile(workingDirectory, random),
      isTracked: () => isEnvFileTracked(workingDirectory),
    },
    doctor,
  }
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
