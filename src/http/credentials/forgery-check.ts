import type { FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'

/** Any value works: a browser sends a preflight before it sends such a header to another origin. */
export const FORGERY_HEADER = 'x-latchkey-csrf'

/**
 * Prevents other websites from using a visitor's cookies (CSRF). Two defences, each sufficient alone: the browser
 * states which page a request comes from, and it sends no such request to another origin without a preflight, which
 * only listed origins pass. See docs/decisions/0008-cookies-and-forgery.md.
 */
export type ForgeryCheck = {
  /**
   * For a request that is authenticated by a cookie. Safe methods change nothing, and pass. @throws AuthError
   * `csrf_check_failed`
   */
  checkCookieRequest(request: FastifyRequest): void
  /**
   * For a request that brings its own proof and is answered with cookies. Without this check, another website could log
   * its visitors in to an account of its choice. Programs that are not browsers do not say where they come from, and
   * pass.
   *
   * @throws AuthError `csrf_check_failed`
   */
  checkLogin(request: FastifyRequest): void
}

/** @param settings PUBLIC_URL and ALLOWED_ORIGINS: the origins of our pages */
export function createForgeryCheck(settings: { publicUrl: string; allowedOrigins: readonly string[] }): ForgeryCheck {
  const ownOrigins = new Set([new URL(settings.publicUrl).origin, ...settings.allowedOrigins])

  /** Every current browser sends `Origin` with unsafe methods; `Sec-Fetch-Site` helps if a proxy dropped it. */
  function comesFromOwnPage({ headers }: FastifyRequest): boolean {
    if (headers.origin !== undefined) return ownOrigins.has(headers.origin)
    return headers['sec-fetch-site'] === 'same-origin'
  }

  return {
    checkCookieRequest(request) {
      if (isSafe(request.method)) return
      if (!comesFromOwnPage(request)) throw refusal('it does not come from a page that the server knows')
      if (!needsPreflight(request)) throw refusal('it could be sent without a preflight')
    },
    checkLogin(request) {
      const isSilent = request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined
      if (!isSilent && !comesFromOwnPage(request)) throw refusal('it does not come from a page that the server knows')
    },
  }
}

/** RFC 9110 §9.2.1 */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Whether a browser would send a preflight before this request across origins (Fetch standard §2.2.1, §2.2.2). */
function needsPreflight({ method, headers }: FastifyRequest): boolean {
  if (method !== 'POST') return true
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  return mediaType === 'application/json' || headers[FORGERY_HEADER] !== undefined
}

function refusal(detail: string): AuthError {
  return new AuthError('csrf_check_failed', { detail })
}
