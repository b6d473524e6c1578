import type { FastifyInstance } from 'fastify'
import type { UsernameField } from '../accounts/names/login-kind.ts'
import type { ChangePassword } from '../flows/accounts/passwords/change-password.ts'
import type { Register } from '../flows/accounts/sign-up/register.ts'
import type { DescribeLink } from '../flows/mail/describe-link.ts'
import type { ReadMailbox } from '../flows/mail/mailbox.ts'
import type { Rights } from '../flows/rights/account-rights.ts'
import type { CheckRecentLogin } from '../flows/sessions/check-recent-login.ts'
import type { Authenticate } from '../flows/tokens/authenticate.ts'
import type { VerifyToken } from '../flows/tokens/verify-token.ts'
import type { GivenUrls } from '../hooks/config-module.ts'
import type { HookRunner } from '../hooks/hook-runner.ts'
import type { RequestCounts } from '../metrics/request-counts.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import type { Random } from '../platform/random.ts'
import type { Limiter } from '../rate-limits/limiter.ts'
import type { FindService } from '../services/service-credential.ts'
import type { Database } from '../storage/database.ts'
import { accountViews } from './classic/account-views.ts'
import { classicContract } from './classic/contract.ts'
import { mountViews } from './classic/mount-views.ts'
import { passwordResetViews } from './classic/password-reset-views.ts'
import { profileViews } from './classic/profile-views.ts'
import { signUpViews } from './classic/sign-up-views.ts'
import { tokenViews } from './classic/token-views.ts'
import type { View } from './classic/view.ts'
import { createThrottle } from './client/throttle.ts'
import { createForgeryCheck } from './credentials/forgery-check.ts'
import { createSessionCookies } from './credentials/session-cookies.ts'
import { djoserViews } from './djoser/djoser-views.ts'
import type { DjoserFlows, DjoserParts } from './djoser/parts.ts'
import { healthChecks } from './monitoring/health.ts'
import { type MetricsParts, metricsPage } from './monitoring/metrics-page.ts'
import { basePathOf } from './mount/base-path.ts'
import { createMount, type Mount } from './mount/mount.ts'
import { createOwnTargets } from './mount/own-targets.ts'
import { documentation } from './openapi/document.ts'
import { findBuiltPages } from './pages/built-pages.ts'
import { devMailbox } from './pages/dev-mailbox.ts'
import { devManual } from './pages/dev-manual.ts'
import { createOpenPage } from './pages/open-page.ts'
import { referencePage } from './pages/reference-page.ts'
import type { SiteFacts } from './pages/site.ts'
import { webPages } from './pages/web-pages.ts'
import { createServer } from './server.ts'
import type { HttpSettings } from './settings.ts'
import { apiContract } from './v1/contract.ts'
import { apiRoutes, type RouteParts } from './v1/routes.ts'
import { type WellKnownParts, wellKnown } from './well-known.ts'

type HttpParts = {
  /** DEBUG: also serves what only developers should see. */
  debug: boolean
  settings: HttpSettings & { trimPasswords: boolean; isStrict: boolean; usernameField: UsernameField }
  djoserSettings: DjoserParts['settings']
  urls: GivenUrls
  /** The names of your own profile fields. */
  ownFields: readonly string[]
  hooks: Pick<HookRunner, 'has' | 'membersFor'>
  findIntended(name: string, known: readonly string[]): string | undefined
  /** The facts about the deployment that the pages need. */
  pageFacts: Omit<SiteFacts, 'isDevelopment' | 'hasMailbox' | 'allowedOrigins' | 'basePath'>
  random: Random
  clock: Clock
  log: Logger
  database: Database
  flows: Omit<RouteParts, 'trimPasswords' | 'cookies' | 'forgeryCheck' | 'log'> &
    DjoserFlows & {
      authenticate: Authenticate
      checkRecentLogin: CheckRecentLogin
      rights: Rights
      register: Register
      verifyToken: VerifyToken
      changePassword: ChangePassword
      describeLink: DescribeLink
    }
  findService: FindService
  wellKnownParts: WellKnownParts
  limiter: Limiter
  /** The sample resources of the classic contract, if they are on. */
  sampleViews: readonly View[]
  requests: RequestCounts
  /** Only if somebody may read the metrics. */
  metricsParts: MetricsParts | undefined
  /** Only if mail is kept for display: in development. */
  readMailbox: ReadMailbox | undefined
}

/** The server with all its routes. It does not listen yet. */
export async function createHttp({
  debug,
  settings,
  djoserSettings,
  urls,
  ownFields,
  hooks,
  findIntended,
  pageFacts,
  random,
  clock,
  log,
  database,
  flows,
  findService,
  wellKnownParts,
  limiter,
  sampleViews,
  requests,
  metricsParts,
  readMailbox,
}: HttpParts): Promise<{ server: FastifyInstance; mount: Mount; views: readonly View[] }> {
  const basePath = basePathOf(settings.publicUrl)
  const targets = createOwnTargets(basePath)
  const server = createServer({ log, settings, requests, targets })
  const isOwnPath = targets.learn(server)
  // Otherwise a reader of the session feed could delay the stop of the server by half a minute.
  server.addHook('preClose', async () => flows.sessionFeed.stop())
  const { trimPasswords } = settings
  const cookies = createSessionCookies(settings)
  server.addHook('onListen', async () => {
    if (cookies.kind === 'plain') log.info('setting cookies without Secure, because PUBLIC_URL is http on this machine')
  })
  const forgeryCheck = createForgeryCheck(settings)
  const throttle = createThrottle(limiter)
  await server.register(documentation, {
    accessCookieName: cookies.accessName,
    publicUrl: settings.publicUrl,
    authHeaderTypes: settings.authHeaderTypes,
    authHeaderName: settings.authHeaderName,
    hasKeys: flows.sessionKeys.isOn,
  })
  await server.register(healthChecks, { database, log })
  if (metricsParts !== undefined) await server.register(metricsPage, metricsParts)
  const built = findBuiltPages()
  const facts = {
    ...pageFacts,
    isDevelopment: debug,
    hasMailbox: readMailbox !== undefined,
    allowedOrigins: settings.allowedOrigins,
    basePath,
  }
  const openPage = createOpenPage({ built, facts, cookies, random, clock })
  await server.register(webPages, {
    built,
    facts,
    cookies,
    openPage,
    describeLink: flows.describeLink,
    authenticate: flows.authenticate,
    isOwnPath,
    isStrict: settings.isStrict,
    log,
  })
  if (debug) await server.register(devManual, { openPage })
  if (debug) await server.register(referencePage, { openPage })
  await server.register(wellKnown, wellKnownParts)
  await server.register(apiContract, {
    prefix: '/api/v1',
    routes: apiRoutes({ ...flows, trimPasswords, cookies, forgeryCheck, log }),
    log,
    authenticate: flows.authenticate,
    sessionKeys: flows.sessionKeys,
    mayDo: flows.rights.mayDo,
    checkRecentLogin: flows.checkRecentLogin,
    findService,
    throttle,
    authHeaderTypes: settings.authHeaderTypes,
    authHeaderName: settings.authHeaderName,
    cookies,
    forgeryCheck,
  })
  if (readMailbox !== undefined) await server.register(devMailbox, { readMailbox, openPage })
  // Registered last, so that all taken paths are known.
  const views = mountViews({
    views: classicViews({ flows, settings, djoserSettings, sampleViews }),
    urls,
    hooks,
    findIntended,
    ownFields,
    isReserved: isOwnPath,
  })
  await server.register(classicContract, {
    views,
    authenticateKey: flows.sessionKeys.isOn ? flows.sessionKeys.authenticate : undefined,
    log,
    authenticate: flows.authenticate,
    throttle,
    authHeaderTypes: settings.authHeaderTypes,
    authHeaderName: settings.authHeaderName,
    isStrict: settings.isStrict,
  })
  await server.ready()
  const mount = createMount(server, { basePath, toOwnTarget: targets.toOwn, isOwnPath })
  return { server, mount, views }
}

/** The views of the classic contract and of djoser's dialect, where they are without `urls`. */
function classicViews({
  flows,
  settings,
  djoserSettings,
  sampleViews,
}: Pick<HttpParts, 'flows' | 'settings' | 'djoserSettings' | 'sampleViews'>): View[] {
  const { trimPasswords, isStrict, usernameField } = settings
  const viewsOfTokens = tokenViews({ ...flows, trimPasswords, usernameField })
  const hasFrontend = djoserSettings.passwordResetConfirmUrl !== undefined
  return [
    ...signUpViews({ ...flows, trimPasswords, isStrict, usernameField }),
    ...viewsOfTokens,
    ...accountViews({ changePassword: flows.changePassword, trimPasswords, usernameField }),
    ...profileViews({ ...flows, trimPasswords, usernameField }),
    ...passwordResetViews({ ...flows, trimPasswords, hasFrontend }),
    ...sampleViews,
    ...djoserViews({ flows, settings: djoserSettings }, viewsOfTokens),
  ]
}
