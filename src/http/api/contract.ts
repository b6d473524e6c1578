import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { Authenticate } from '../../flows/authenticate.ts'
import type { Logger } from '../../platform/log.ts'
import { readAuthorization } from '../caller.ts'
import { apiErrors, problemOf } from './problem.ts'
import { type ApiRoute, callerOf, registerApiRoute } from './route.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    apiRoute?: ApiRoute
  }
}

export type ApiParts = {
  routes: readonly ApiRoute[]
  log: Logger
  authenticate: Authenticate
  authHeaderTypes: readonly string[]
}

/** The v1 contract: JSON in and out, errors as problem details with a stable `code`. Registered under `/api/v1`. */
export async function apiContract(server: FastifyInstance, parts: ApiParts): Promise<void> {
  const { routes, log, authHeaderTypes } = parts
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch {
      done(new AuthError('invalid_request', { detail: 'the body is not JSON' }))
    }
  })
  server.setValidatorCompiler(() => () => true)

  server.addHook('onRequest', async (request, reply) => {
    const route = request.routeOptions.config.apiRoute
    if (route === undefined || route.access === 'anybody') return
    request.caller = await identify(request)
    if (route.access === 'staff' && !callerOf(request).account.isStaff) throw new AuthError('permission_denied')
    reply.header('vary', 'Authorization')
  })
  server.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    request.refusal = refusal
    if (refusal.code === 'internal_error') log.error({ requestId: request.id, err: error }, 'unexpected error')
    return sendProblem(reply, refusal)
  })
  server.setNotFoundHandler((_request, reply) => sendProblem(reply, new AuthError('not_found')))
  for (const route of routes) registerApiRoute(server, route)

  async function identify(request: FastifyRequest) {
    const presented = readAuthorization(request.headers.authorization, authHeaderTypes)
    if (presented.kind === 'none') throw new AuthError('not_authenticated')
    if (presented.kind === 'malformed') throw new AuthError('bad_authorization_header')
    return parts.authenticate(presented.token)
  }

  function sendProblem(reply: FastifyReply, error: AuthError): FastifyReply {
    const { status } = apiErrors[error.code]
    if (status === 401) reply.header('www-authenticate', challenge(error))
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds)
    return reply
      .code(status)
      .type('application/problem+json')
      .send(JSON.stringify(problemOf(error)))
  }

  /** RFC 6750 §3: no error where no token was presented. */
  function challenge({ code }: AuthError): string {
    const scheme = `${authHeaderTypes[0] ?? 'Bearer'} realm="api"`
    return code === 'not_authenticated' ? scheme : `${scheme}, error="invalid_token"`
  }
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return {}
  if (!isUtf8(bytes)) throw new SyntaxError('not UTF-8')
  const value: unknown = JSON.parse(bytes.toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not an object')
  return value
}

function refusalOf(error: unknown): AuthError {
  if (error instanceof AuthError) return error
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return new AuthError('payload_too_large')
  if (status === 415) return new AuthError('unsupported_media_type')
  if (status >= 400 && status < 500) return new AuthError('invalid_request', { cause: error })
  return new AuthError('internal_error', { cause: error })
}
