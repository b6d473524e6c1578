import { findEvent, listEvents } from '../audit/event-search-store.ts'
import type { Config } from '../config/config.ts'
import { findIntendedName } from '../config/misspelling.ts'
import type { AccountAdministration } from '../flows/accounts/account-administration.ts'
import { createExportAccount } from '../flows/accounts/export-account.ts'
import { createAccountNames } from '../flows/accounts/names/account-names.ts'
import { createProvePassword } from '../flows/accounts/passwords/prove-password.ts'
import { createPreviewDeletion } from '../flows/accounts/preview-deletion.ts'
import type { FirstAdministrator } from '../flows/accounts/sign-up/first-administrator.ts'
import { createManageKeys, listKeysWithState } from '../flows/keys/manage-keys.ts'
import type { MailWorker } from '../flows/mail/mail-worker.ts'
import type { ReadMailbox } from '../flows/mail/mailbox.ts'
import { createOutboxAdministration } from '../flows/mail/manage-outbox.ts'
import { createReadTokenRights } from '../flows/rights/account-rights.ts'
import { createSessionFeed } from '../flows/sessions/session-feed.ts'
import type { Authenticate } from '../flows/tokens/authenticate.ts'
import { createLiftLimit } from '../flows/upkeep/lift-limit.ts'
import type { WebhookWorker } from '../flows/webhooks/webhook-worker.ts'
import type { createHttp } from '../http/http.ts'
import type { Mount } from '../http/mount/mount.ts'
import { presentFactor } from '../http/v1/routes/factor-json.ts'
import { createFindService } from '../services/service-credential.ts'
import { buildAccountFlows } from './flows/account-flows.ts'
import { buildBulkChanges } from './flows/bulk-changes.ts'
import { buildFactorFlows, factorFacts } from './flows/factor-flows.ts'
import { buildOverview } from './flows/overview.ts'
import { buildSampleResources } from './flows/sample-resources.ts'
import { buildSelfServiceFlows } from './flows/self-service-flows.ts'
import { buildTokenFlows } from './flows/token-flows.ts'
import { buildWebhooks } from './flows/webhooks.ts'
import { buildLimits } from './limits.ts'
import { buildMailWorker } from './mail.ts'
import { createReadMetrics } from './metrics.ts'
import type { AppParts, Core } from './parts.ts'

/** A server that answers everything but does not listen yet, and the workers that send what it queues. */
export type BuiltServer = {
  server: Awaited<ReturnType<typeof createHttp>>['server']
  mount: Mount
  /** The classic views and those of djoser, at their paths. */
  views: Awaited<ReturnType<typeof createHttp>>['views']
  authenticate: Authenticate
  /** For the program around this server: the operations of commands on accounts. */
  accounts: AccountAdministration
  /** Undefined unless this is a development server without a mail server. */
  readMailbox: ReadMailbox | undefined
  firstAdministrator: FirstAdministrator
  mailWorker: MailWorker
  webhookWorker: WebhookWorker
  /** Stops running changes of many accounts, and waits for their last steps. */
  runs: { stop(): Promise<void>; ended(): Promise<void> }
}

/** Builds the flows and the server in front of them. */
export async function buildServer(parts: AppParts, core: Core): Promise<BuiltServer> {
  const { config, clock, random, log } = parts
  const { database, keyRing, passwords, checkNewPassword, hooks, metrics, mailing } = core
  const { accounts, tokens } = config
  const { limiter, heldBack } = buildLimits(parts, core)
  const accountFlows = buildAccountFlows(parts, {
    database,
    passwords,
    checkNewPassword,
    usernameRule: core.usernameRule,
    mailing,
  })
  const { profileRule, rights, checkRecentLogin, accountAdministration, endSessions } = accountFlows
  const { deriveUsername, createAccount, changeAccount, deleteAccount } = accountFlows
  const readTokenRights = createReadTokenRights(rights, tokens)
  const tokenFlows = buildTokenFlows(parts, core, {
    limiter,
    readTokenRights,
    createAccount,
    deriveUsername,
    profileRule,
  })
  const { gate, sessionKeys } = tokenFlows
  const provePassword = createProvePassword({ database, passwords, limiter, checkRecentLogin })
  const factorFlows = buildFactorFlows(parts, core, { limiter, gate, sessionKeys, provePassword })
  const { dialectFlows, ...selfService } = buildSelfServiceFlows(parts, core, {
    limiter,
    provePassword,
    profileRule,
    rights,
    deriveUsername,
    createAccount,
    changeAccount,
    deleteAccount,
    checkRecentLogin,
  })
  const mailedFlows = [...selfService.emailFlows, ...dialectFlows.linkFlows]
  const { mailWorker, readMailbox } = buildMailWorker(parts, core, mailedFlows)
  const { webhookWorker, ...webhooks } = buildWebhooks(parts, core)
  const { runs, ...bulkChanges } = buildBulkChanges(parts, core, accountFlows)
  const manageKeys = createManageKeys({ database, clock, keyRing, algorithm: config.keys.algorithm })
  const accountNames = createAccountNames({ database, findAccount: accountAdministration.find })
  const { sampleViews, sampleRoutes, exportPosts } = await buildSampleResources(parts, core, accountNames)
  const exportFactors = async function* (accountId: number) {
    yield (await factorFlows.ownFactors.list(accountId)).factors.map(presentFactor)
  }
  // Loaded only if a server is needed, because Fastify takes longer to load than a command takes to run.
  const { createHttp } = await import('../http/http.ts')
  const facts = {
    trimPasswords: config.passwords.trimPasswords,
    isStrict: tokens.isStrict,
    usernameField: accounts.usernameField,
    loginField: accounts.loginField,
    requiredFields: accounts.requiredFields,
  }
  const { server, mount, views } = await createHttp({
    debug: config.debug,
    settings: { ...config.http, ...facts },
    djoserSettings: { ...config.djoser, ...facts, requireVerifiedEmail: accounts.requireVerifiedEmail },
    urls: core.urls,
    ownFields: Object.keys(accounts.profileSchema?.properties ?? {}),
    hooks,
    findIntended: findIntendedName,
    random,
    clock,
    pageFacts: {
      site: config.site,
      accounts,
      minimumPasswordLength: config.passwords.minimumLength,
      sendsMail: mailing.outbox.isOn,
      ...factorFacts(config),
      hasPosts: config.posts.sampleResources,
    },
    log,
    database,
    flows: {
      ...tokenFlows,
      ...factorFlows,
      ...selfService,
      ...dialectFlows,
      ...bulkChanges,
      ...webhooks,
      ...accountNames,
      ...buildOverview(parts, core, manageKeys),
      rights,
      checkRecentLogin,
      checkNewPassword,
      provePassword,
      deleteAccount,
      accountAdministration,
      groupAdministration: accountFlows.groupAdministration,
      endSessions,
      listSessions: accountFlows.listSessions,
      getSession: accountFlows.getSession,
      sessionFeed: createSessionFeed({
        database,
        clock,
        currentKey: () => keyRing.currentPair().access,
        settings: tokens,
      }),
      exportAccount: createExportAccount({
        database,
        rights,
        others: { posts: exportPosts, second_factors: exportFactors },
      }),
      previewDeletion: createPreviewDeletion({ database }),
      outboxAdministration: createOutboxAdministration({ database, clock, outbox: mailing.outbox }),
      manageKeys,
      listKeys: () => listKeysWithState(database, clock.now()),
      listEvents: (query) => listEvents(database.read, query),
      findEvent: (id) => findEvent(database.read, id),
      effectiveSettings: config.effective,
      statistics: core.statistics,
      clock,
      listHeldBack: heldBack.list,
      liftLimit: createLiftLimit({ database, clock, limiter, heldBack }),
      sampleRoutes,
    },
    findService: createFindService(config.services.serviceCredentials),
    wellKnownParts: { keyRing, settings: wellKnownSettings(config) },
    limiter,
    sampleViews,
    requests: metrics.requests,
    metricsParts: hasMetrics(config)
      ? { ...config.metrics, readMetrics: await createReadMetrics(core, clock) }
      : undefined,
    readMailbox,
  })
  return {
    server,
    mount,
    views,
    authenticate: tokenFlows.authenticate,
    accounts: accountAdministration,
    readMailbox,
    firstAdministrator: selfService.firstAdministrator,
    mailWorker,
    webhookWorker,
    runs,
  }
}

function wellKnownSettings({ http, tokens, keys, services }: Config) {
  const hasServices = services.serviceCredentials.length > 0
  return { ...http, issuer: tokens.issuer, signingKeyLifetimeMs: keys.signingKeyLifetimeMs, hasServices }
}

/** Without a token, only developers may read the metrics; to everybody else, the path does not exist. */
function hasMetrics({ debug, metrics }: Config): boolean {
  return debug || metrics.tokenDigest !== undefined
}
