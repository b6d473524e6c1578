import type { Config } from '../config/config.ts'
import { settingsChecks } from '../flows/upkeep/checks/settings-checks.ts'
import { createCountCommandEvents } from '../flows/upkeep/count-command-events.ts'
import { createHousekeeping } from '../flows/upkeep/housekeeping.ts'
import { type MigrationPlan, planMigrations } from '../storage/migration-plan.ts'
import { type OpenedCore, openCore } from './open-core.ts'
import { type AppParts, buildReseal, type Core } from './parts.ts'
import { type BuiltServer, buildServer } from './server.ts'
import { closeAll } from './start/close-all.ts'
import { type ListenAddress, listen } from './start/listen.ts'
import { prepareDatabase } from './start/prepare-database.ts'
import { atStep } from './start/start-error.ts'

/** A Latchkey without its command line. */
export type App = {
  /**
   * Listens, and then starts the background work: a server that cannot listen sends no mail.
   *
   * @returns the address it listens on
   * @throws StartError
   */
  listen(address: ListenAddress): Promise<string>
  /** Starts the background work, for a server that is mounted in another program's server. */
  startWork(): void
  server: BuiltServer['server']
  /** The handlers for another program's server. */
  mount: BuiltServer['mount']
  authenticate: BuiltServer['authenticate']
  accounts: BuiltServer['accounts']
  /** Undefined unless this is a development server without a mail server. */
  readMailbox: BuiltServer['readMailbox']
  firstAdministrator: BuiltServer['firstAdministrator']
  /** Finishes open requests, then releases everything. @throws AggregateError after trying all of it */
  close(): Promise<void>
}

/**
 * Builds every part by hand, in order, and prepares the database: migrations, the rule for usernames, keys. It does not
 * listen yet, and no background work runs.
 *
 * @throws StartError, FilterFileError, ConfigModuleError, MailTemplateError; the message says what to do
 */
export async function createApp(parts: AppParts): Promise<App> {
  return (await buildApp(parts)).app
}

/** The same, with the parts that the app is made of. */
export async function buildApp(parts: AppParts): Promise<{ app: App; core: Core; built: BuiltServer }> {
  const opened = await openCore(parts)
  const { core } = opened
  try {
    const built = await buildServer(parts, core)
    return { app: withWork(parts, opened, built), core, built }
  } catch (error) {
    await opened.close().catch(() => {})
    throw error
  }
}

/** Adds the background work to a server, and the order in which everything ends. */
function withWork(parts: AppParts, { core, close }: OpenedCore, built: BuiltServer): App {
  const { config, clock, log } = parts
  const { database, keyRing, mailing, metrics, statistics } = core
  const { server, mount, authenticate, accounts, readMailbox, firstAdministrator } = built
  const { mailWorker, webhookWorker, runs } = built
  const housekeeping = createHousekeeping({
    database,
    clock,
    keyRing,
    notices: mailing.notices,
    reseal: buildReseal(parts, database),
    auditRetentionMs: auditRetentionOf(config),
    reportsRotatedTokens: config.sessions.rotateRefreshTokens && !config.sessions.blacklistAfterRotation,
    countCommandEvents: createCountCommandEvents({ database, clock, count: metrics.endedSessions.add }),
    log,
  })
  function startWork(): void {
    housekeeping.start()
    mailWorker.start()
    webhookWorker.start()
    statistics.start()
  }
  return {
    async listen(address) {
      const url = await atStep('listen', () => listen(server, address))
      for (const { subject, message } of settingsChecks({ ...config, isSecretKeySet: true })) {
        log.warn({ setting: subject }, `${subject} ${message}`)
      }
      startWork()
      return url
    },
    startWork,
    server,
    mount,
    authenticate,
    accounts,
    readMailbox,
    firstAdministrator,
    close: () =>
      closeAll([
        housekeeping.stop,
        runs.stop,
        () => Promise.all([mount.close(), server.close()]),
        runs.ended,
        () => Promise.all([mailWorker.stop(), webhookWorker.stop()]),
        statistics.stop,
        close,
      ]),
  }
}

/** Prepares the database, as a server does at its start. */
export async function migrateDatabase(parts: AppParts): Promise<string[]> {
  const { database, applied } = await prepareDatabase(parts)
  await database.close()
  return applied
}

/** The migrations that `migrateDatabase` would apply. It changes nothing. */
export async function planMigration({ config }: AppParts): Promise<MigrationPlan> {
  return planMigrations(config.storage.databaseUrl)
}

/** Events are kept at least as long as the session feed delivers them. */
function auditRetentionOf({ audit, tokens }: Config): number | undefined {
  return audit.retentionMs && Math.max(audit.retentionMs, 2 * tokens.accessTokenLifetimeMs)
}
