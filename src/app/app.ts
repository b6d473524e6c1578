import { watchingEvents } from '../audit/committed-events.ts'
import type { Config } from '../config/config.ts'
import type { MailWorker } from '../flows/mail/mail-worker.ts'
import { countStatistic } from '../flows/statistics/statistics.ts'
import { settingsChecks } from '../flows/upkeep/checks/settings-checks.ts'
import { createCountCommandEvents } from '../flows/upkeep/count-command-events.ts'
import { createHousekeeping } from '../flows/upkeep/housekeeping.ts'
import { queueEventsForWebhooks } from '../flows/webhooks/queue-events.ts'
import type { WebhookWorker } from '../flows/webhooks/webhook-worker.ts'
import { countEvent } from '../metrics/event-counts.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { limitNames } from '../rate-limits/limits.ts'
import { createHourlyCounts } from '../statistics/hourly-counts.ts'
import type { Database } from '../storage/database.ts'
import { type MigrationPlan, planMigrations } from '../storage/migration-plan.ts'
import { buildMailing } from './mail.ts'
import {
  type AppParts,
  buildHashPool,
  buildHookRunner,
  buildKeyRing,
  buildNewPasswordCheck,
  buildPasswordCheck,
  buildReseal,
  configuredUsernameRule,
  loadOwnCode,
  openPasswordFilter,
} from './parts.ts'
import { type BuiltServer, buildServer } from './server.ts'
import { closeAll } from './start/close-all.ts'
import { type ListenAddress, listen } from './start/listen.ts'
import { prepareDatabase } from './start/prepare-database.ts'
import { atStep } from './start/start-error.ts'
import { buildStatistics, countingRefreshes } from './statistics.ts'

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
  database: Database
  /** Creates and sends mail in the background. */
  mailWorker: MailWorker
  /** Delivers events to webhooks in the background. */
  webhookWorker: WebhookWorker
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
  const { config, clock, log } = parts
  const breached = await openPasswordFilter(config)
  const counts = createHourlyCounts(clock)
  const metrics = countingRefreshes(createMetrics(limitNames), counts)
  const { database: opened, applied } = await prepareDatabase(parts, {
    connectionLost: (error) => log.warn({ err: error }, 'lost the connection to the database'),
    failed: metrics.databaseErrors.add,
    noticed: (sentence) => log.warn(sentence),
  }).catch(async (error) => {
    await breached?.close()
    throw error
  })
  const database = watchingEvents(opened, {
    awaited: queueEventsForWebhooks,
    committed(event) {
      countEvent(metrics, event)
      countStatistic(counts, event)
    },
  })
  try {
    if (applied.length > 0) log.info({ migrations: applied.length, last: applied.at(-1) }, 'migrated the database')
    const usernameRule = configuredUsernameRule(config)
    const hashPool = buildHashPool(parts, metrics.hashingRefusals.add)
    const passwords = buildPasswordCheck(parts, hashPool)
    const checkNewPassword = buildNewPasswordCheck(config, breached, (error) =>
      log.error({ err: error }, 'could not check a new password against the filter of breached passwords'),
    )
    const keyRing = buildKeyRing(parts, database)
    await atStep('database', () => keyRing.load())
    const mailing = buildMailing(parts)
    const { configModule } = config.hooks
    const own = await loadOwnCode(parts)
    const hooks = buildHookRunner(parts, own.hooks)
    if (configModule !== undefined) log.info({ path: configModule }, 'loaded the configuration module')
    const statistics = buildStatistics(parts, database, counts)
    const shared = {
      database,
      keyRing,
      passwords,
      checkNewPassword,
      usernameRule,
      mailing,
      hooks,
      urls: own.urls,
      hashPool,
    }
    const core = { ...shared, metrics, statistics }
    const built = await buildServer(parts, core)
    const { server, mount, authenticate, accounts, readMailbox, firstAdministrator, mailWorker, webhookWorker, runs } =
      built
    const housekeeping = createHousekeeping({
      database,
      clock,
      keyRing,
      notices: mailing.notices,
      reseal: buildReseal(parts, database),
      auditRetentionMs: auditRetentionOf(config),
      reportsRotatedTokens: config.sessions.rotateRefreshTokens && !config.sessions.blacklistAfterRotation,
      countCommandEvents: createCountCommandEvents({
        database,
        clock,
        count: metrics.endedSessions.add,
      }),
      log,
    })
    const startWork = () => {
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
      database,
      mailWorker,
      webhookWorker,
      close: () =>
        closeAll([
          housekeeping.stop,
          runs.stop,
          () => Promise.all([mount.close(), server.close()]),
          runs.ended,
          () => Promise.all([mailWorker.stop(), webhookWorker.stop()]),
          statistics.stop,
          database.close,
          () => breached?.close(),
        ]),
    }
  } catch (error) {
    await closeAll([database.close, () => breached?.close()]).catch(() => {})
    throw error
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
