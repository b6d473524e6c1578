import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Account } from '../../accounts/account.ts'
import { AuthError } from '../../errors.ts'
import type { Caller } from '../../flows/rights/actor.ts'
import type { Authenticate } from '../../flows/tokens/authenticate.ts'
import type { SessionKeys } from '../../flows/tokens/session-keys.ts'
import type { Logger } from '../../platform/log.ts'
import type { FindService } from '../../services/service-credential.ts'
import { charsetOf } from '../body/charset.ts'
import { readFormBody, readJsonBody } from '../body/json-body.ts'
import type { Throttle } from '../client/throttle.ts'
import { keepForAnswer } from '../connections/keep-for-answer.ts'
import { readAuthorization, readKeyHeader, readTokenHeader } from '../credentials/authorization-header.ts'
import type { ForgeryCheck } from '../credentials/forgery-check.ts'
import type { SessionCookies } from '../credentials/session-cookies.ts'
import { routedPath } from '../mount/routed-path.ts'
import { oauthProblemOf, problemOf, statusOf } from '../refusals/problem.ts'
import { logFailure, refusalOf } from '../refusals/refusal.ts'
import { sendRetryFields } from '../refusals/retry-fields.ts'
import { varyBy } from '../responses/vary.ts'
import type { Access } from './access.ts'
import { createAllowedMethods } from './allowed-methods.ts'
import { registerApiRoute } from './register-route.ts'
import type { ApiRoute } from './route.ts'
import { identifyService, identifyServiceByBody } from './service.ts'

const FORM = 'application/x-www-form-urlencoded'

declare module 'fastify' {
  interface FastifyContextConfig {
    apiRoute?: ApiRoute
  }
}

type ApiParts = {
  routes: readonly ApiRoute[]
  log: Logger
  authenticate: Authenticate
  sessionKeys: Pick<SessionKeys, 'isOn' | 'authenticate'>
  /** Whether an account has a permission. */
  mayDo(account: Account, permission: string): Promise<boolean>
  /** @throws AuthError `recent_login_required` */
  checkRecentLogin(caller: Caller, when?: 'has_factor'): Promise<void>
  findService: FindService
  throttle: Throttle
  authHeaderTypes: readonly string[]
  authHeaderName: string
  cookies: SessionCookies
  forgeryCheck: ForgeryCheck
}

/** The v1 contract: JSON in and out, errors as problem details with a stable `code`. Registered under `/api/v1`. */
export async function apiContract(server: FastifyInstance, parts: ApiParts): Promise<void> {
  const { routes, log, authHeaderTypes } = parts
  const allowedMethods = createAllowedMethods(routes, server.prefix)
  server.decorateRequest('caller', undefined)
  server.decorateRequest('service', undefined)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      checkCharset(request)
      return readJsonBody(body)
    },
  )
  // Other websites can send a form to any server, with the visitor's cookies. Only services may use forms.
  server.addContentTypeParser(FORM, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (request.routeOptions.config.apiRoute?.access !== 'service') throw new AuthError('unsupported_media_type')
    checkCharset(request)
    return readFormBody(body)
  })

  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.config.apiRoute
    if (route === undefined) return
    if (route.access !== 'anybody') {
      varyBy(reply, route.access === 'service' ? 'Authorization' : `${parts.authHeaderName}, Cookie`)
      await admit(route, request)
    }
    await parts.throttle(request, route.access === 'anybody', route.limits)
  })
  server.addHook('preValidation', async (request) => {
    const route = request.routeOptions.config.apiRoute
    if (route?.access !== 'service' || !mayBeInBody(route, request)) return
    request.service = identifyServiceByBody(request, parts.findService)
  })
  server.setErrorHandler((error, request, reply) => {
    keepForAnswer(reply)
    const refusal = refusalOf(error)
    request.refusal = refusal
    logFailure(log, request.id, refusal)
    return sendProblem(request, reply, refusal)
  })
  server.setNotFoundHandler((request, reply) => {
    const allow = allowedMethods(routedPath(request.url))
    if (allow !== undefined) reply.header('allow', allow)
    return sendProblem(request, reply, new AuthError(allow === undefined ? 'not_found' : 'method_not_allowed'))
  })
  for (const route of routes) registerApiRoute(server, route)

  async function admit(route: ApiRoute, request: FastifyRequest): Promise<void> {
    if (route.access === 'service') {
      // Without a header, the credential may be in the body, which is not read yet.
      if (!mayBeInBody(route, request)) request.service = identifyService(request, parts.findService)
      return
    }
    const caller = await identify(route, request)
    request.caller = caller
    if (!(await isAdmitted(route, caller))) {
      throw new AuthError('permission_denied', { detail: `${route.permission ?? route.access} is missing` })
    }
    if (route.needsRecentLogin) await parts.checkRecentLogin(caller)
    else if (needsSecondFactor(route)) await parts.checkRecentLogin(caller, 'has_factor')
  }

  async function isAdmitted({ access, permission }: ApiRoute, { account }: Caller): Promise<boolean> {
    if (access === 'caller') return true
    if (!account.isStaff || (access === 'superuser' && !account.isSuperuser)) return false
    return permission === undefined || parts.mayDo(account, permission)
  }

  /** A token in the header always wins, valid or not, so that a request is never accepted as somebody else. */
  async function identify(route: ApiRoute, request: FastifyRequest): Promise<Caller> {
    const presented = readAuthorization(readTokenHeader(request, parts.authHeaderName), authHeaderTypes, 'any-case')
    if (presented.kind === 'none') return identifyByKey(route, request)
    if (presented.kind === 'malformed') throw new AuthError('bad_authorization_header')
    return parts.authenticate(presented.token, { withRights: route.showsRights })
  }

  /** A key, if there are any here (docs/decisions/0016-keys.md). */
  async function identifyByKey(route: ApiRoute, request: FastifyRequest): Promise<Caller> {
    const presented = readKeyHeader(request.headers.authorization)
    if (presented.kind === 'none' || !parts.sessionKeys.isOn) return identifyByCookie(route, request)
    if (presented.kind === 'malformed') throw new AuthError('bad_authorization_header')
    return parts.sessionKeys.authenticate(presented.key)
  }

  async function identifyByCookie(route: ApiRoute, request: FastifyRequest): Promise<Caller> {
    const token = parts.cookies.readAccess(request)
    if (token === undefined) throw new AuthError('not_authenticated')
    parts.forgeryCheck.checkCookieRequest(request)
    return parts.authenticate(token, { withRights: route.showsRights })
  }

  function sendProblem(request: FastifyRequest, reply: FastifyReply, error: AuthError): FastifyReply {
    const status = statusOf(error)
    const access = request.routeOptions.config.apiRoute?.access ?? 'anybody'
    if (status === 401) reply.header('www-authenticate', challenge(error, access))
    sendRetryFields(reply, error)
    return reply
      .code(status)
      .type('application/problem+json')
      .send(JSON.stringify(access === 'service' ? oauthProblemOf(error) : problemOf(error)))
  }

  /** RFC 6750 §3: no error if no access token was presented. RFC 6749 §5.2: services use Basic. */
  function challenge({ code }: AuthError, access: Access): string {
    if (access === 'service') return 'Basic realm="services", charset="UTF-8"'
    const scheme = `${authHeaderTypes[0] ?? 'Bearer'} realm="api"`
    return access === 'anybody' || code === 'not_authenticated' ? scheme : `${scheme}, error="invalid_token"`
  }
}

/** Callers who have a second factor must have proven it before they change anything in the administration. */
function needsSecondFactor({ access, method, needsSecondFactor = false }: ApiRoute): boolean {
  return needsSecondFactor || (method !== 'GET' && (access === 'staff' || access === 'superuser'))
}

/** JSON is UTF-8 (RFC 8259 §8.1), and so are the forms here. @throws AuthError `unsupported_media_type` */
function checkCharset({ headers }: FastifyRequest): void {
  const charset = charsetOf(headers['content-type'] ?? '')
  if (charset === undefined || ['utf-8', 'utf8', 'us-ascii'].includes(charset)) return
  throw new AuthError('unsupported_media_type', { detail: `the charset is ${charset}` })
}

/**
 * Introspection and revocation also take `client_secret_post` (RFC 6749 §2.3.1). If there is a header, good or not, it
 * decides.
 */
function mayBeInBody(route: ApiRoute, { headers }: FastifyRequest): boolean {
  return route.body !== undefined && headers.authorization === undefined
}
