import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AuthError } from '../../errors.ts'
import type { Logger } from '../../platform/log.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request arrived, in milliseconds of the process's own clock. */
    startedAt: number
    /** The address of the client, as far as trusted proxies confirm it. */
    clientAddress: string
    /** Why it was refused: for the log, not for the response. */
    refusal: AuthError | undefined
    /** The text to log instead of the path, because the path contains a secret. */
    loggedPath: string | undefined
  }
}

/**
 * Logs one line per request, after its response was sent: who requested what, the outcome, and why it was refused. It
 * never reads headers, bodies or query strings, because these contain tokens and passwords.
 */
export function logRequests(server: FastifyInstance, log: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const line = {
      requestId: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      ms: Math.round((performance.now() - request.startedAt) * 100) / 100,
      address: request.clientAddress,
      ...(request.refusal && { refused: request.refusal.code, reason: request.refusal.detail }),
    }
    if (reply.statusCode >= 500) log.error(line, 'request')
    else log.info(line, 'request')
    done()
  })
}

/** The path without the query, cut to the length of our longest path, because strangers choose it. */
function pathOf(request: FastifyRequest): string {
  if (request.loggedPath !== undefined) return request.loggedPath
  const end = request.url.indexOf('?')
  return (end === -1 ? request.url : request.url.slice(0, end)).slice(0, 200)
}
