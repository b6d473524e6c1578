import Fastify, { type FastifyInstance } from 'fastify'
import type { ErrorCode } from '../errors.ts'
import type { RequestCounts } from '../metrics/request-counts.ts'
import type { Logger } from '../platform/log.ts'
import { createClientAddress } from './client/client-address.ts'
import { isAmbiguous } from './connections/ambiguous-request.ts'
import { createConnectionRefusals } from './connections/connection-refusals.ts'
import { trackConnections } from './connections/open-connections.ts'
import { logRequests } from './monitoring/access-log.ts'
import { countRequests } from './monitoring/request-counting.ts'
import { basePathOf } from './mount/base-path.ts'
import { createOwnTargets, type OwnTargets } from './mount/own-targets.ts'
import { withoutCompilers } from './openapi/without-compilers.ts'
import { logFailure, refusalOf } from './refusals/refusal.ts'
import { sendRetryFields } from './refusals/retry-fields.ts'
import { createCors } from './responses/cors.ts'
import { sendExactJson } from './responses/exact-json.ts'
import { securityHeaders } from './responses/security-headers.ts'
import type { HttpSettings } from './settings.ts'

/** The largest accepted body, in bytes. */
export const BODY_LIMIT = 1_048_576

/** How long a client may take, in milliseconds. */
export type ClientTimeouts = {
  /** To send its headers. */
  headersMs: number
  /** To send its whole request. */
  requestMs: number
  /** To use an idle connection again. */
  keepAliveMs: number
  /** To read any part of a response. A request that takes longer to handle is cut off too. */
  stallMs: number
  /** How often the first two are checked. */
  checkEveryMs: number
  /** To hang up after a refusal. */
  lingerMs: number
  /** To send the rest of its request when the server stops. */
  stopMs: number
}

const CLIENT_TIMEOUTS: Omit<ClientTimeouts, 'keepAliveMs'> = {
  headersMs: 10_000,
  requestMs: 30_000,
  stallMs: 60_000,
  checkEveryMs: 5_000,
  lingerMs: 1_000,
  stopMs: 2_000,
}

type ServerParts = {
  log: Logger
  settings: Pick<
    HttpSettings,
    | 'trustedProxies'
    | 'forwardedHeader'
    | 'allowedOrigins'
    | 'allowedHeaders'
    | 'authHeaderName'
    | 'publicUrl'
    | 'keepAliveMs'
    | 'hstsIncludesSubdomains'
  >
  requests: RequestCounts
  /** Default: the server has no paths of its own. */
  targets?: OwnTargets
  /** Shorter timeouts, for tests. */
  timeouts?: ClientTimeouts
}

/** How to answer a request that no contract has answered, unless it is malformed. */
const outcomes: Readonly<Partial<Record<ErrorCode, [status: number, detail: string]>>> = {
  unavailable: [503, 'The service is temporarily unavailable.'],
  internal_error: [500, 'A server error occurred.'],
}

/**
 * The HTTP server without any contract: limits, timeouts, headers of every response, request ids and the log. Each
 * contract is a plugin with its own words for errors.
 */
export function createServer({
  log,
  settings,
  requests: counts,
  targets = createOwnTargets(basePathOf(settings.publicUrl)),
  timeouts = { ...CLIENT_TIMEOUTS, keepAliveMs: settings.keepAliveMs },
}: ServerParts): FastifyInstance {
  let requests = 0
  const processId = Math.floor(performance.timeOrigin).toString(36)
  const clientAddress = createClientAddress({ settings, log })
  const cors = createCors(settings)
  const headers = securityHeaders(settings.publicUrl, settings.hstsIncludesSubdomains)
  const refusals = createConnectionRefusals({
    headers,
    lingerMs: timeouts.lingerMs,
    newestAnswer: (socket) => connections.newestAnswer(socket),
  })

  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.stallMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      // isAmbiguous() refuses it instead, in the shape of all other errors.
      requireHostHeader: false,
    },
    logger: false,
    rewriteUrl: ({ url = '/' }) => targets.toOwn(url),
    schemaController: withoutCompilers,
    genReqId: () => `${processId}-${(++requests).toString(36)}`,
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      // Overlong ids are reported after all other checks; Node limits the URL as a whole.
      maxParamLength: 20_000,
    },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    clientErrorHandler: refusals.clientError,
    frameworkErrors: (_error, request, reply) => {
      reply.hijack()
      refusals.undecodablePath(reply.raw, request.id)
    },
  })

  const connections = trackConnections(server.server)
  server.server.on('connect', refusals.connect)
  server.server.on('checkExpectation', refusals.expectation)

  server.decorateRequest('startedAt', 0)
  server.decorateRequest('clientAddress', '')
  server.decorateRequest('refusal', undefined)
  server.decorateRequest('loggedPath', undefined)
  server.addHook('onRequest', (request, reply, done) => connections.takeTurn(request.raw, reply.raw, done))
  server.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now()
    request.clientAddress = clientAddress(request.raw)
    reply.headers(headers)
    reply.header('x-request-id', request.id)
    if (isAmbiguous(request.raw)) {
      sendExactJson(reply.code(400).header('connection', 'close'), { detail: 'Malformed request.' })
      return
    }
    if (cors(request, reply)) return
    done()
  })
  countRequests(server, counts)
  logRequests(server, log)

  // Node waits as long for half a request as for a complete one, and checks no timeouts once it is closing.
  let stopping: NodeJS.Timeout | undefined
  server.addHook('preClose', async () => {
    stopping = setTimeout(connections.cutUnfinished, timeouts.stopMs)
  })
  server.addHook('onClose', async () => clearTimeout(stopping))

  // Requests that no contract has answered; each contract has its own handler.
  server.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error)
    request.refusal = refusal
    logFailure(log, request.id, refusal)
    sendRetryFields(reply, refusal)
    const [status, detail] = outcomes[refusal.code] ?? [400, 'Malformed request.']
    return sendExactJson(reply.code(status), { detail })
  })
  return server
}
