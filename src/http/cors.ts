import type { FastifyReply, FastifyRequest } from 'fastify'
import { FORGERY_HEADER } from './forgery-check.ts'
import { varyBy } from './vary.ts'

/** Where cookies count. */
const WITH_COOKIES = '/api/v1/'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
const HEADERS = `authorization, content-type, accept, ${FORGERY_HEADER}`
const EXPOSED = 'www-authenticate, retry-after, ratelimit, ratelimit-policy, x-request-id'
/** How long a browser may remember a preflight's answer: two hours, the most Chromium takes. */
const MAX_AGE_SECONDS = '7200'

/**
 * Cross-origin requests (Fetch standard §3.2), for origins of the configured list only; an origin is never reflected
 * because it was sent. A preflight carries no token, so it is answered before anything looks for one. With credentials,
 * that is cookies, pages of those origins may call v1 and nothing else.
 *
 * @returns a hook that says whether it has answered
 */
export function createCors(allowedOrigins: readonly string[]) {
  const allowed = new Set(allowedOrigins)
  return function cors(request: FastifyRequest, reply: FastifyReply): boolean {
    if (allowed.size === 0) return false
    varyBy(reply, 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) return false
    reply.header('access-control-allow-origin', origin)
    if (request.url.startsWith(WITH_COOKIES)) reply.header('access-control-allow-credentials', 'true')
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      reply.header('access-control-expose-headers', EXPOSED)
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
