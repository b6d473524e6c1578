import { findEvent, listEvents } from '../audit/audit-store.ts'
import type { Config } from '../config/config.ts'
import { findIntendedName } from '../config/misspelling.ts'
import type { AccountAdministration } from '../flows/accounts/account-administration.ts'
import { createChangePassword } from '../flows/accounts/change-password.ts'
import { createExportAccount } from '../flows/accounts/export-account.ts'
import { createFirstAdministrator, type FirstAdministrator } from '../flows/accounts/first-administrator.ts'
import { createListAccountLinks } from '../flows/accounts/list-account-links.ts'
import { createOwnAccount } from '../flows/accounts/own-account.ts'
import { createPreviewDeletion } from '../flows/accounts/preview-deletion.ts'
import { createProvePassword } from '../flows/accounts/prove-password.ts'
import { createRegister } from '../flows/accounts/register.ts'
import { createSignUp } from '../flows/accounts/sign-up.ts'
import { createManageKeys, listKeysWithState } from '../flows/keys/manage-keys.ts'
import { createDescribeLink } from '../flows/mail/describe-link.ts'
import { createEmailFlows } from '../flows/mail/email-flows.ts'
import { createAskForMail } from '../flows/mail/mail-requests.ts'
import type { MailWorker } from '../flows/mail/mail-worker.ts'
import type { ReadMailbox } from '../flows/mail/mailbox.ts'
import { createOutboxAdministration } from '../flows/mail/manage-outbox.ts'
import { createPostAdministration } from '../flows/posts/post-administration.ts'
import { createPosts } from '../flows/posts/posts.ts'
import { createReadTokenRights } from '../flows/rights/account-rights.ts'
import { createSessionFeed } from '../flows/sessions/session-feed.ts'
import type { Authenticate } from '../flows/tokens/authenticate.ts'
import { createLiftLimit } from '../flows/upkeep/lift-limit.ts'
import { createManageWebhooks } from '../flows/webhooks/manage-webhooks.ts'
import { createRetryDeliveries } from '../flows/webhooks/retry-deliveries.ts'
import { createWebhookWorker, type WebhookWorker } from '../flows/webhooks/webhook-worker.ts'
import { exportedPosts } from '../http/classic/exported-posts.ts'
import type { createHttp } from '../http/http.ts'
import type { Mount } from '../http/mount/mount.ts'
import { presentFactor } from '../http/v1/routes/factor-json.ts'
import { createHeldBackList } from '../rate-limits/held-back.ts'
import { createLimiter } from '../rate-limits/limiter.ts'
import { createFindService } from '../services/service-credential.ts'
import { createSender } from '../webhooks/sender.ts'
import { buildAccountFlows } from './account-flows.ts'
import { buildAccountNames } from './account-names.ts'
import { buildBulkChanges } from './bulk-changes.ts'
import { buildDjoserFlows } from './djoser-flows.ts'
import { buildFactorFlows, factorFacts } from './factor-flows.ts'
import { buildMailWorker } from './mail.ts'
import { createReadMetrics } from './metrics.ts'
import { buildOverview } from './overview.ts'
import { type AppParts, type Core, configuredPhoneRule } from './parts.ts'
import { buildSeal } from './seal.ts'
import { buildTokenFlows } from './token-flows.ts'

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
  const { database, keyRing, passwords, checkNewPassword, usernameRule, hooks, metrics } = core
  const { outbox, notices } = core.mailing
  const { accounts, sessions } = config
  const seal = buildSeal(parts)
  const heldBack = createHeldBackList(clock)
  const limiter = createLimiter({
    settings: config.rateLimits,
    database,
    clock,
    log,
    onRefusal(claim, subject, waitMs) {
      metrics.rateLimitRefusals.add(claim.limit)
      heldBack.note(claim, subject, waitMs)
    },
  })
  const accountFlows = buildAccountFlows(parts, core)
  const { profileRule, rights, deriveUsername, createAccount, changeAccount, deleteAccount } = accountFlows
  const naming = { usernameRule, phoneRule: configuredPhoneRule(config) }
  const readTokenRights = createReadTokenRights(rights, config.tokens)
  const tokenFlows = buildTokenFlows(parts, core, { ...accountFlows, limiter, readTokenRights })
  const provePassword = createProvePassword({
    database,
    passwords,
    limiter,
    checkRecentLogin: accountFlows.checkRecentLogin,
  })
  const factorFlows = buildFactorFlows(parts, core, { ...tokenFlows, limiter, provePassword })
  const firstAdministrator = createFirstAdministrator({
    database,
    clock,
    random,
    createAccount,
    passwords,
    checkNewPassword,
    ...naming,
  })
  const sessionFeed = createSessionFeed({
    database,
    clock,
    currentKey: () => keyRing.currentPair().access,
    settings: config.tokens,
  })
  const emailFlows = createEmailFlows({
    database,
    clock,
    random,
    passwords,
    checkNewPassword,
    ...naming,
    profileRule,
    createAccount,
    provePassword,
    limiter,
    outbox,
    hooks,
    notices,
    settings: accounts,
  })
  const { isStrict } = config.tokens
  const askForMail = createAskForMail({ database, clock, outbox, limiter })
  const dialect = buildDjoserFlows(parts, core, { ...accountFlows, limiter, askForMail })
  const { frontendLinks } = dialect
  const register = createRegister({
    database,
    clock,
    ...accountFlows,
    checkNewPassword,
    ...naming,
    outbox,
    hooks,
    notices,
    frontendLinks,
    limiter,
    settings: accounts,
  })
  const { mailWorker, readMailbox } = buildMailWorker(parts, core, [...emailFlows, ...dialect.linkFlows])
  const destinations = { allowsPlain: config.debug, allowsPrivate: config.webhooks.allowPrivate }
  const webhookWorker = createWebhookWorker({
    database,
    clock,
    seal,
    send: createSender(destinations),
    settings: config.webhooks,
    log,
    metrics,
  })
  const posts = createPosts({ database, clock })
  const accountNames = buildAccountNames(database, accountFlows.accountAdministration)
  // Loaded only if a server is needed, because Fastify takes longer to load than a command takes to run.
  const { createHttp } = await import('../http/http.ts')
  const { sampleViews } = await import('../http/classic/sample-views.ts')
  const { postRoutes } = await import('../http/v1/routes/post-routes.ts')
  const facts = {
    trimPasswords: config.passwords.trimPasswords,
    isStrict,
    usernameField: accounts.usernameField,
    loginField: accounts.loginField,
    requiredFields: accounts.requiredFields,
  }
  const { runs, ...bulkChanges } = buildBulkChanges(parts, core, accountFlows)
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
      sendsMail: outbox.isOn,
      ...factorFacts(config),
      hasPosts: config.posts.sampleResources,
    },
    log,
    database,
    flows: {
      ...tokenFlows,
      ...factorFlows,
      rights,
      checkRecentLogin: accountFlows.checkRecentLogin,
      accountAdministration: accountFlows.accountAdministration,
      groupAdministration: accountFlows.groupAdministration,
      outboxAdministration: createOutboxAdministration({ database, clock, outbox }),
      register,
      checkNewPassword,
      firstAdministrator,
      signUp: createSignUp({
        database,
        ...naming,
        deriveUsername,
        checkNewPassword,
        profileRule,
        register,
        settings: accounts,
      }),
      ownAccount: createOwnAccount({ database, changeAccount, deleteAccount, provePassword }),
      exportAccount: createExportAccount({
        database,
        rights,
        others: {
          posts: (accountId) => exportedPosts(posts, accountId),
          async *second_factors(accountId) {
            yield (await factorFlows.ownFactors.list(accountId)).factors.map(presentFactor)
          },
        },
      }),
      emailFlows,
      askForMail,
      ...dialect,
      provePassword,
      deleteAccount,
      sessionFeed,
      ...bulkChanges,
      listAccountLinks: createListAccountLinks({ database, clock }),
      describeLink: createDescribeLink({
        database,
        clock,
        loginWith: config.accounts.loginWith,
        mailLanguage: config.mail.language,
      }),
      previewDeletion: createPreviewDeletion({ database }),
      endSessions: accountFlows.endSessions,
      listSessions: accountFlows.listSessions,
      getSession: accountFlows.getSession,
      manageKeys: createManageKeys({ database, clock, keyRing, algorithm: config.keys.algorithm }),
      listKeys: () => listKeysWithState(database, clock.now()),
      listEvents: (query) => listEvents(database.read, query),
      findEvent: (id) => findEvent(database.read, id),
      ...accountNames,
      effectiveSettings: config.effective,
      statistics: core.statistics,
      listHeldBack: heldBack.list,
      liftLimit: createLiftLimit({ database, clock, limiter, heldBack }),
      ...buildOverview(parts, core),
      sampleRoutes: config.posts.sampleResources
        ? postRoutes({ posts: createPostAdministration({ database, clock }), ...accountNames })
        : [],
      retryDeliveries: createRetryDeliveries({ database, clock }),
      manageWebhooks: createManageWebhooks({ database, clock, random, seal, rules: destinations }),
      changePassword: createChangePassword({
        database,
        clock,
        passwords,
        checkNewPassword,
        limiter,
        checkRecentLogin: accountFlows.checkRecentLogin,
        outbox,
        hooks,
        notices,
        settings: sessions,
      }),
    },
    findService: createFindService(config.services.serviceCredentials),
    wellKnownParts: { keyRing, settings: wellKnownSettings(config) },
    limiter,
    sampleViews: config.posts.sampleResources ? sampleViews({ posts }) : [],
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
    accounts: accountFlows.accountAdministration,
    readMailbox,
    firstAdministrator,
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
