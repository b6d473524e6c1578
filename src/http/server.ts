import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { AuthError } from '../errors.ts'
import { logRequests } from './access-log.ts'
import { createClientAddress } from './client-address.ts'
import { createCors } from './cors.ts'
import { answerClientError, hasAmbiguousHost } from './framing.ts'
import { securityHeaders } from './security-headers.ts'

/** The largest body that is read, in bytes. */
const BODY_LIMIT = 1_048_576
/** How long a client may take for its headers, for its whole request, and to use an idle connection again. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_TIMEOUT_MS = 72_000

export type ServerParts = {
  log: Logger
  settings: { trustedProxies: readonly string[]; allowedOrigins: readonly string[]; publicUrl: string }
}

/**
 * The HTTP server without any contract: limits, timeouts, headers of every answer, request ids and the log. Contracts are
 * plugins of their own, each with its own words for errors.
 */
export function createServer({ log, settings }: ServerParts): FastifyInstance {
  let requests = 0
  const processId = Math.floor(performance.timeOrigin).toString(36)
  const clientAddress = createClientAddress(settings.trustedProxies)
  const cors = createCors(settings.allowedOrigins)
  const headers = securityHeaders(settings.publicUrl)

  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 5_000 },
    logger: false,
    genReqId: () => `${processId}-${(++requests).toString(36)}`,
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      maxParamLength: 100,
    },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => {
      reply.raw.writeHead(404, { ...headers, 'content-type': 'application/json' }).end('{"detail":"Not found."}')
      reply.hijack()
    },
  })

  server.decorateRequest('startedAt', 0)
  server.decorateRequest('clientAddress', '')
  server.decorateRequest('refusal', undefined)
  server.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now()
    request.clientAddress = clientAddress(request.raw)
    reply.headers(headers)
    reply.header('x-request-id', request.id)
    if (hasAmbiguousHost(request.raw)) {
      reply.code(400).header('connection', 'close').send({ detail: 'Malformed request.' })
      return
    }
    if (cors(request, reply)) return
    done()
  })
  logRequests(server, log)

  // What no contract has answered; each contract has a handler of its own.
  server.setErrorHandler((error, request, reply) => {
    const isRefusal = error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500
    if (isRefusal) return reply.code(400).send({ detail: 'Malformed request.' })
    request.refusal = new AuthError('internal_error')
    log.error({ requestId: request.id, err: error }, 'unexpected error')
    return reply.code(500).send({ detail: 'A server error occurred.' })
  })
  return server
}
