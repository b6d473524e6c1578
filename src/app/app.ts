import { deriveEmailKeys } from '../accounts/account-email-store.ts'
import { applyUsernameRule } from '../accounts/username-rule-store.ts'
import { watchingEvents } from '../audit/committed-events.ts'
import type { Config } from '../config/config.ts'
import { createManageAccounts, type ManageAccounts } from '../flows/accounts/manage-accounts.ts'
import type { MailWorker } from '../flows/mail/mail-worker.ts'
import { createHousekeeping } from '../flows/upkeep/housekeeping.ts'
import { queueEventsForWebhooks } from '../flows/webhooks/queue-events.ts'
import type { WebhookWorker } from '../flows/webhooks/webhook-worker.ts'
import { loadConfigModule } from '../hooks/config-module.ts'
import { countEvent } from '../metrics/event-counts.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { randomSecret } from '../platform/random.ts'
import { limitNames } from '../rate-limits/limits.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { noDatabase } from '../storage/no-database.ts'
import { buildMailing } from './mail.ts'
import {
  type AppParts,
  buildHashPool,
  buildHookRunner,
  buildKeyRing,
  buildNewPasswordCheck,
  buildPasswordCheck,
  configuredUsernameRule,
  openPasswordFilter,
} from './parts.ts'
import { type BuiltServer, buildServer } from './server.ts'

export type { AppParts }

/** A running Latchkey without its command line. */
export type App = {
  server: BuiltServer['server']
  /** The server inside another program's. */
  mount: BuiltServer['mount']
  authenticate: BuiltServer['authenticate']
  /** Undefined unless this is a development server without a mail server. */
  readMailbox: BuiltServer['readMailbox']
  database: Database
  manageAccounts: ManageAccounts
  /** Makes and sends mail in the background. */
  mailWorker: MailWorker
  /** Tells webhooks in the background what has happened. */
  webhookWorker: WebhookWorker
  /** Answers what is under way, then lets go of everything. */
  close(): Promise<void>
}

/**
 * Builds every part by hand, in order, and makes the database ready: migrated, with its rule for usernames and its keys.
 * Nothing listens yet.
 *
 * @throws NewerSchemaError, SameNameError, FilterFileError and whatever keeps a database from being opened, with what to do
 *   about it
 */
export async function createApp(parts: AppParts): Promise<App> {
  const { config, clock, log } = parts
  const breached = await openPasswordFilter(config)
  const metrics = createMetrics(limitNames)
  const opened = openDatabase(config.storage.databaseUrl, {
    connectionLost: (error) => log.warn({ err: error }, 'database connection lost'),
    failed: metrics.databaseErrors.add,
  })
  const database = watchingEvents(opened, {
    awaited: queueEventsForWebhooks,
    committed: (event) => countEvent(metrics, event),
  })
  try {
    for (const name of await prepare(parts, database)) log.info({ migration: name }, 'migrated the database')
    const usernameRule = configuredUsernameRule(config)
    const hashPool = buildHashPool(parts, metrics.hashingRefusals.add)
    const passwords = buildPasswordCheck(parts, hashPool)
    const checkNewPassword = buildNewPasswordCheck(config, breached, (error) =>
      log.error({ err: error }, 'a new password could not be looked up among breached ones'),
    )
    const keyRing = buildKeyRing(parts, database)
    await keyRing.load()
    const mailing = buildMailing(parts)
    const { configModule } = config.hooks
    const hooks = buildHookRunner(parts, parts.hooks ?? (await loadConfigModule(configModule)).hooks)
    if (configModule !== undefined) log.info({ path: configModule }, 'loaded the configuration module')
    const core = { database, keyRing, passwords, checkNewPassword, usernameRule, mailing, hooks, metrics, hashPool }
    const { server, mount, authenticate, readMailbox, mailWorker, webhookWorker } = await buildServer(parts, core)
    const housekeeping = createHousekeeping({
      database,
      clock,
      keyRing,
      auditRetentionMs: auditRetentionOf(config),
      log,
    })
    housekeeping.start()
    mailWorker.start()
    webhookWorker.start()
    return {
      server,
      mount,
      authenticate,
      readMailbox,
      database,
      manageAccounts: createManageAccounts({ ...core, clock, notices: mailing.notices }),
      mailWorker,
      webhookWorker,
      async close() {
        housekeeping.stop()
        await server.close()
        await Promise.all([mailWorker.stop(), webhookWorker.stop()])
        await database.close()
        await breached?.close()
      },
    }
  } catch (error) {
    await database.close()
    await breached?.close()
    throw error
  }
}

/** Makes the database ready, as a server does at its start. @returns the names of the migrations applied now */
export async function migrateDatabase(parts: AppParts): Promise<string[]> {
  const database = openDatabase(parts.config.storage.databaseUrl)
  return prepare(parts, database).finally(() => database.close())
}

/** The OpenAPI document of a server with this configuration. Takes no database, and no secret: nothing is signed. */
export async function describeApi(parts: AppParts): Promise<object> {
  const { config, random } = parts
  const secretKey = config.keys.secretKey || randomSecret(random)
  const described = { ...parts, config: { ...config, keys: { ...config.keys, secretKey } } }
  const { server } = await buildServer(described, {
    database: noDatabase,
    keyRing: buildKeyRing(described, noDatabase),
    passwords: buildPasswordCheck(described),
    checkNewPassword: buildNewPasswordCheck(config),
    usernameRule: configuredUsernameRule(config),
    mailing: buildMailing(described),
    hooks: buildHookRunner(described, {}),
    metrics: createMetrics(limitNames),
    hashPool: buildHashPool(described),
  })
  return server.openApi()
}

async function prepare({ config, clock }: AppParts, database: Database): Promise<string[]> {
  const applied = await migrate(database, clock.now())
  await database.inTransaction((tx) => applyUsernameRule(tx, configuredUsernameRule(config)))
  await database.inTransaction(deriveEmailKeys)
  return applied
}

/** Events are kept at least for as long as the feed of ended sessions tells of them. */
function auditRetentionOf({ audit, tokens }: Config): number | undefined {
  return audit.retentionMs && Math.max(audit.retentionMs, 2 * tokens.accessTokenLifetimeMs)
}
