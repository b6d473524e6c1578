import type { FastifyRequest } from 'fastify'
import { AuthError } from '../errors.ts'

/** Any value will do: what counts is that a browser asks first before it sends such a header to a stranger's server. */
export const FORGERY_HEADER = 'x-latchkey-csrf'

/**
 * Keeps pages of strangers from having a browser act with the cookies of its user (CSRF). Two defences, each enough by
 * itself: the browser says which page a request comes from, and it sends no such request elsewhere without a preflight,
 * which only listed origins get past. See docs/decisions/0008-cookies-and-forgery.md.
 */
export type ForgeryCheck = {
  /** For a request that is let in by a cookie. Safe methods change nothing, and pass. @throws AuthError `csrf_check_failed` */
  checkCookieRequest(request: FastifyRequest): void
  /**
   * For a request that brings its own proof and is answered with cookies: else a stranger's page could log its visitors
   * in to an account of its choice. Programs that are no browser say nothing of where they come from, and pass.
   *
   * @throws AuthError `csrf_check_failed`
   */
  checkLogin(request: FastifyRequest): void
}

/** @param settings whose pages are ours: PUBLIC_URL and ALLOWED_ORIGINS */
export function createForgeryCheck(settings: { publicUrl: string; allowedOrigins: readonly string[] }): ForgeryCheck {
  const ownOrigins = new Set([new URL(settings.publicUrl).origin, ...settings.allowedOrigins])

  /** Every browser of today sends `Origin` with unsafe methods; `Sec-Fetch-Site` helps where a proxy dropped it. */
  function comesFromOwnPage({ headers }: FastifyRequest): boolean {
    if (headers.origin !== undefined) return ownOrigins.has(headers.origin)
    return headers['sec-fetch-site'] === 'same-origin'
  }

  return {
    checkCookieRequest(request) {
      if (isSafe(request.method)) return
      if (!comesFromOwnPage(request)) throw refusal('it comes from no page of ours')
      if (!needsPreflight(request)) throw refusal('it could be sent without a preflight')
    },
    checkLogin(request) {
      const isSilent = request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined
      if (!isSilent && !comesFromOwnPage(request)) throw refusal('it comes from no page of ours')
    },
  }
}

/** RFC 9110 §9.2.1 */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Whether a browser would ask first across origins (Fetch standard §2.2.1, §2.2.2). */
function needsPreflight({ method, headers }: FastifyRequest): boolean {
  if (method !== 'POST') return true
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  return mediaType === 'application/json' || headers[FORGERY_HEADER] !== undefined
}

function refusal(detail: string): AuthError {
  return new AuthError('csrf_check_failed', { detail })
}
