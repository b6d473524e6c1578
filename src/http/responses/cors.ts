import type { FastifyReply, FastifyRequest } from 'fastify'
import { FORGERY_HEADER } from '../credentials/forgery-check.ts'
import { varyBy } from './vary.ts'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'
const ALWAYS_ALLOWED = ['authorization', 'content-type', 'accept', FORGERY_HEADER]
const EXPOSED = 'www-authenticate, retry-after, ratelimit, ratelimit-policy, x-request-id'
/** How long a browser may cache the answer to a preflight: two hours, Chromium's maximum. */
const MAX_AGE_SECONDS = '7200'

type CorsSettings = {
  allowedOrigins: readonly string[]
  /** Request headers that pages of these origins may send, in addition to the ones that are always allowed. */
  allowedHeaders: readonly string[]
  authHeaderName: string
}

/**
 * Cross-origin requests (Fetch standard §3.2), only for configured origins; an origin is never reflected just because
 * it was sent. A preflight carries no token, so it is answered before anything looks for one. Credentials are allowed
 * on every path, because many clients send them with all requests. Cookies themselves work only on v1, behind the
 * forgery check.
 *
 * @returns a hook that says whether it has answered
 */
export function createCors({ allowedOrigins, allowedHeaders, authHeaderName }: CorsSettings) {
  const allowed = new Set(allowedOrigins)
  const headers = [
    ...new Set([...ALWAYS_ALLOWED, ...[authHeaderName, ...allowedHeaders].map((name) => name.toLowerCase())]),
  ].join(', ')
  return function cors(request: FastifyRequest, reply: FastifyReply): boolean {
    if (allowed.size === 0) return false
    varyBy(reply, 'Origin')
    const { origin } = request.headers
    if (origin === undefined || !allowed.has(origin)) return false
    reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' })
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      reply.header('access-control-expose-headers', EXPOSED)
      return false
    }
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': headers,
        'access-control-max-age': MAX_AGE_SECONDS,
      })
      .send()
    return true
  }
}
