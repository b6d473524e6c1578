import { createProfileRule } from '../accounts/profile.ts'
import type { Config } from '../config/config.ts'
import { createChangePassword } from '../flows/accounts/change-password.ts'
import { createExportAccount } from '../flows/accounts/export-account.ts'
import { createOwnAccount } from '../flows/accounts/own-account.ts'
import { createProvePassword } from '../flows/accounts/prove-password.ts'
import { createRegister } from '../flows/accounts/register.ts'
import { createSignUp } from '../flows/accounts/sign-up.ts'
import { createManageKeys, listKeysWithState } from '../flows/keys/manage-keys.ts'
import { createEmailFlows } from '../flows/mail/email-flows.ts'
import { createAskForMail } from '../flows/mail/mail-requests.ts'
import { createMailRoom, type MailRoom } from '../flows/mail/mail-room.ts'
import { createPosts } from '../flows/posts/posts.ts'
import { createReadAuditLog } from '../flows/read-audit-log.ts'
import { createAdministration } from '../flows/rights/administration.ts'
import { createCheckRecentLogin } from '../flows/sessions/check-recent-login.ts'
import { createManageSessions } from '../flows/sessions/manage-sessions.ts'
import { createOwnSessions } from '../flows/sessions/own-sessions.ts'
import { createSessionFeed } from '../flows/sessions/session-feed.ts'
import { createAuthenticate } from '../flows/tokens/authenticate.ts'
import { createFindLoginAccount } from '../flows/tokens/find-login-account.ts'
import { createIntrospect } from '../flows/tokens/introspect.ts'
import { createLogin } from '../flows/tokens/login.ts'
import { createLogout } from '../flows/tokens/logout.ts'
import { createRefresh } from '../flows/tokens/refresh.ts'
import { createRevoke } from '../flows/tokens/revoke.ts'
import { createVerifyToken } from '../flows/tokens/verify-token.ts'
import { createManageWebhooks } from '../flows/webhooks/manage-webhooks.ts'
import { createWebhookWorker, type WebhookWorker } from '../flows/webhooks/webhook-worker.ts'
import type { createHttp } from '../http/http.ts'
import { postPermissions } from '../posts/permissions.ts'
import { createLimiter } from '../rate-limits/limiter.ts'
import { createFindService } from '../services/service-credential.ts'
import type { ClaimsRules } from '../tokens/claims.ts'
import { rightsClaims } from '../tokens/rights-claims.ts'
import { createTokenIssuer } from '../tokens/token-issuer.ts'
import { createTokenVerifier } from '../tokens/token-verifier.ts'
import { createSender } from '../webhooks/sender.ts'
import { createReadMetrics } from './metrics.ts'
import { type AppParts, buildSeal, type Core } from './parts.ts'

/** A server that answers everything and does not listen yet, and those who send in the background what it leaves. */
export type BuiltServer = {
  server: Awaited<ReturnType<typeof createHttp>>
  mailRoom: MailRoom
  webhookWorker: WebhookWorker
}

/** Builds the flows and the server before them. */
export async function buildServer(parts: AppParts, core: Core): Promise<BuiltServer> {
  const { config, clock, random, log } = parts
  const { database, keyRing, mailDesk, metrics } = core
  const { accounts, sessions, tokens } = config
  const rules = claimsRules(config)
  const issuer = createTokenIssuer({
    currentKeys: keyRing.currentPair,
    findKeys: keyRing.find,
    rules,
    random,
    customClaims: ({ rights, extra }) => ({ ...extra, ...(rights && rightsClaims(rights, tokens)) }),
  })
  const verifier = createTokenVerifier({ keys: keyRing, rules })
  const settings = {
    ...sessions,
    ...accounts,
    userIdClaim: tokens.userIdClaim,
    refreshTokenLifetimeMs: tokens.refreshTokenLifetimeMs,
    adoptsForeignTokens: !tokens.isStrict,
  }
  const limiter = createLimiter({
    settings: config.rateLimits,
    database,
    clock,
    log,
    onRefusal: metrics.rateLimitRefusals.add,
  })
  const common = { ...core, ...mailDesk, clock, random, limiter, issuer, verifier, settings }
  const profileRule = createProfileRule(accounts.profileSchema)
  const checkRecentLogin = createCheckRecentLogin(common)
  const otherPermissions = config.posts.sampleResources ? postPermissions : []
  const administration = createAdministration({
    ...common,
    profileRule,
    checkRecentLogin,
    otherPermissions,
    claimNames: tokens,
  })
  const provePassword = createProvePassword(common)
  const register = createRegister(common)
  const logout = createLogout(common)
  const sessionFeed = createSessionFeed({
    database,
    clock,
    currentKey: () => keyRing.currentPair().access,
    settings: tokens,
  })
  const seal = buildSeal(parts)
  const emailFlows = createEmailFlows({ ...common, register, provePassword, profileRule })
  const mailRoom = createMailRoom({
    settings: config.mail,
    debug: config.debug,
    publicUrl: config.http.publicUrl,
    flows: emailFlows,
    outbox: mailDesk.outbox,
    database,
    clock,
    random,
    log,
    metrics,
    seal,
  })
  const destinations = { allowsPlain: config.debug, allowsPrivate: config.webhooks.allowPrivate }
  const webhookWorker = createWebhookWorker({ database, clock, seal, send: createSender(destinations), log, metrics })
  const posts = createPosts(common)
  // Read only where there is to be a server: Fastify takes longer to load than a command to run.
  const { createHttp } = await import('../http/http.ts')
  const { sampleViews } = await import('../http/classic/sample-views.ts')
  const server = await createHttp({
    debug: config.debug,
    settings: { ...config.http, trimPasswords: config.passwords.trimPasswords, isStrict: tokens.isStrict },
    log,
    database,
    flows: {
      authenticate: createAuthenticate(common),
      checkRecentLogin,
      ...administration,
      register,
      signUp: createSignUp({ register, profileRule }),
      ownAccount: createOwnAccount({ ...common, profileRule, provePassword }),
      exportAccount: createExportAccount({
        database,
        others: { posts: posts.listByAuthor, rights: administration.rights.heldBy },
      }),
      emailFlows,
      askForMail: createAskForMail(common),
      login: createLogin({ ...common, ...administration, findLoginAccount: createFindLoginAccount(common) }),
      refresh: createRefresh({ ...common, ...administration }),
      verifyToken: createVerifyToken(common),
      logout,
      introspect: createIntrospect(common),
      revoke: createRevoke({ ...common, logout }),
      sessionFeed,
      ownSessions: createOwnSessions(common),
      manageSessions: createManageSessions(common),
      manageKeys: createManageKeys({ database, clock, keyRing, algorithm: config.keys.algorithm }),
      listKeys: () => listKeysWithState(database, clock.now()),
      readAuditLog: createReadAuditLog(common),
      effectiveSettings: config.effective,
      manageWebhooks: createManageWebhooks({ database, clock, random, seal, rules: destinations }),
      changePassword: createChangePassword(common),
    },
    findService: createFindService(config.services.serviceCredentials),
    wellKnownParts: { keyRing, settings: wellKnownSettings(config) },
    limiter,
    sampleViews: config.posts.sampleResources ? sampleViews({ posts }) : [],
    requests: metrics.requests,
    metricsParts: hasMetrics(config) ? { ...config.metrics, readMetrics: createReadMetrics(core, clock) } : undefined,
    readMailbox: mailRoom.readMailbox,
  })
  return { server, mailRoom, webhookWorker }
}

function claimsRules({ tokens }: Config): ClaimsRules {
  return {
    isLenient: !tokens.isStrict,
    userIdClaim: tokens.userIdClaim,
    issuer: tokens.issuer,
    audience: tokens.audience,
    hasSubject: tokens.isStrict,
    leewayMs: tokens.leewayMs,
    lifetimesMs: { access: tokens.accessTokenLifetimeMs, refresh: tokens.refreshTokenLifetimeMs },
  }
}

function wellKnownSettings({ http, tokens, keys, services }: Config) {
  const hasServices = services.serviceCredentials.length > 0
  return { ...http, issuer: tokens.issuer, signingKeyLifetimeMs: keys.signingKeyLifetimeMs, hasServices }
}

/** Without a token only developers may look; nobody else is told that there is anything. */
function hasMetrics({ debug, metrics }: Config): boolean {
  return debug || metrics.tokenDigest !== undefined
}
