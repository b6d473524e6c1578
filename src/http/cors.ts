import type { FastifyReply, FastifyRequest } from 'fastify'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
const HEADERS = 'authorization, content-type, accept'
/** How long a browser may remember a preflight's answer: two hours, the most Chromium takes. */
const MAX_AGE_SECONDS = '7200'

/**
 * Cross-origin requests (Fetch standard §3.2), for origins of the configured list only; an origin is never reflected
 * because it was sent. A preflight carries no token, so it is answered before anything looks for one.
 *
 * @returns a hook that says whether it has answered
 */
export function createCors(allowedOrigins: readonly string[]) {
  const allowed = new Set(allowedOrigins)
  return function cors(request: FastifyRequest, reply: FastifyReply): boolean {
    if (allowed.size === 0) return false
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) return false
    reply.header('access-control-allow-origin', origin)
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      reply.header('access-control-expose-headers', 'www-authenticate, retry-after, x-request-id')
      return false
    }
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': HEADERS,
        'access-control-max-age': MAX_AGE_SECONDS,
      })
      .send()
    return true
  }
}
