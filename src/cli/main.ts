#!/usr/bin/env node
import { SameNameError } from '../accounts/username-rule-store.ts'
import { type Administration, openAdministration } from '../app/administration.ts'
import { createApp, describeApi, migrateDatabase } from '../app/app.ts'
import { createProcessLog } from '../app/process-log.ts'
import { runServer } from '../app/run-server.ts'
import { sendTestMail } from '../app/test-mail.ts'
import { type Config, type ConfigSource, loadConfig, processEnvironment } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import { firstEnvFile, writeFirstEnvFile } from '../config/new-env-file.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { createLog } from '../platform/log.ts'
import { type Random, systemRandom } from '../platform/random.ts'
import { latchkeyVersion } from '../platform/version.ts'
import { NewerSchemaError } from '../storage/migrate.ts'
import { UnreadyDatabaseError } from '../storage/migrated-database.ts'
import type { Context, DoctorContext } from './context.ts'
import { passwordFilters } from './password-filters.ts'
import { type ExitCode, runProgram } from './program.ts'
import { Refusal } from './refusal.ts'
import { createTerminal, type Streams } from './terminal.ts'

/** What a process passes to the command line; tests pass something else. */
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

/** Runs one command. Returns the exit code of the process. */
export function latchkey(surroundings: Surroundings): Promise<ExitCode> {
  const { argumentTexts, environment, workingDirectory, streams, clock, random } = surroundings
  const silentLog = createLog('silent', () => {})
  const partsOf = (config: Config) => ({ config, clock, random, log: silentLog })

  function load(options: Pick<ConfigSource, 'debugByDefault' | 'missingSecretKey'>): Config {
    return loadConfig({ environment, workingDirectory, random, ...options })
  }

  /**
   * Without SECRET_KEY, a server beside this command can only be a development server, which stores its secret in a
   * file.
   */
  function loadBeside(missingSecretKey: 'keep' | 'none'): Config {
    const isDevelopment = attempt(() => load({ missingSecretKey: 'none' })).value?.keys.secretKey === ''
    return load({ debugByDefault: isDevelopment, missingSecretKey })
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
    examineDatabase: () =>
      refusing(() => {
        const config = attempt(() => loadBeside('keep')).value ?? loadBeside('none')
        return withAdministration(config, ({ examine }) => examine())
      }),
  }
  const context: Context = {
    terminal: createTerminal(streams),
    environment,
    version: latchkeyVersion(),
    now: () => clock.now(),
    administer: (work, { needsSecretKey = false } = {}) =>
      refusing(() => withAdministration(loadBeside(needsSecretKey ? 'keep' : 'none'), work)),
    migrate: () => refusing(() => migrateDatabase(partsOf(loadBeside('none')))),
    serve: ({ debugByDefault }) =>
      refusing(() => {
        const config = load({ debugByDefault })
        const log = createProcessLog(config, streams.output)
        return runServer({ settings: config, log, createApp: () => createApp({ config, clock, random, log }) })
      }),
    sendTestMail: (to) => refusing(async () => sendTestMail(loadBeside('none'), random, to, clock.now())),
    describeApi: () => refusing(() => describeApi(partsOf(load({ missingSecretKey: 'none' })))),
    ...passwordFilters({
      workingDirectory,
      standardInput: streams.input,
      configuredPath: () => refusing(async () => loadBeside('none').passwords.breachedPasswords),
    }),
    envFile: {
      compose: () => firstEnvFile(random),
      write: () => writeFirstEnvFile(workingDirectory, random),
    },
    doctor,
  }
  return runProgram(argumentTexts, context)
}

/** Turns errors about settings or the database into refusals. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isTold = [ConfigError, UnreadyDatabaseError, NewerSchemaError, SameNameError].some(
      (kind) => error instanceof kind,
    )
    throw isTold && error instanceof Error ? new Refusal(error.message) : error
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

if (import.meta.main) {
  // The reader may stop early: `latchkey users list | head`.
  process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await latchkey({
    argumentTexts: process.argv.slice(2),
    environment: processEnvironment(),
    workingDirectory: process.cwd(),
    streams: { input: process.stdin, output: process.stdout, errors: process.stderr },
    clock: systemClock,
    random: systemRandom,
  })
}
