import { headerOf, type RequestLike } from './request.ts'
import { VerifyError } from './verify-error.ts'

/** How to read tokens from browsers' cookies (Latchkey's cookie mode). */
export type CookieOptions = {
  /**
   * The origins of the pages that may change something here, for example `https://app.example.org`. The browser sends
   * the cookie whichever page a request comes from, so the page must be checked.
   */
  allowedOrigins: readonly string[]
  /**
   * The cookie with the access token. Default: `__Host-latchkey-access`, then `__Secure-latchkey-access`. If browsers
   * reach Latchkey by plain http on this machine: `latchkey-access`.
   */
  name?: string | undefined
}

/** Any value will do. A browser does not send this header to another server without asking it first. */
const FORGERY_HEADER = 'x-latchkey-csrf'

/** Only spaces and tabs. With a no-break space in front, it is a different name to a browser, one without `__Host-`. */
const BEFORE_A_PAIR = /^[ \t]+/

/**
 * The access token in the cookies of a request (RFC 6265bis §5.8.3). The first of the names that is present counts.
 *
 * A cookie that came twice is refused: another host or path has planted one of them, and the order proves nothing.
 *
 * @returns undefined if there is none
 * @throws VerifyError `token_not_valid`
 */
export function readTokenCookie(request: RequestLike, names: readonly string[]): string | undefined {
  const pairs = (headerOf(request, 'cookie') ?? '').split(';').map((pair) => pair.replace(BEFORE_A_PAIR, ''))
  for (const name of names) {
    const [value, ...others] = pairs.filter((pair) => pair.startsWith(`${name}=`))
    if (others.length > 0) throw new VerifyError('token_not_valid', { detail: `the cookie ${name} came twice` })
    if (value !== undefined && value.length > name.length + 1) return value.slice(name.length + 1)
  }
  return undefined
}

/**
 * Refuses requests that another site's page made the browser send (CSRF). Methods that change nothing pass (RFC 9110
 * §9.2.1), except for opening a WebSocket, which browsers allow every page to do. There are two checks, and one is
 * enough: the browser says which page the request comes from, or it would not have sent such a request to another
 * server without asking first.
 *
 * @throws VerifyError `csrf_check_failed`
 */
export function checkForgery(request: RequestLike, allowedOrigins: readonly string[]): void {
  if (isHarmless(request)) return
  if (!comesFromOwnPage(request, allowedOrigins)) throw refusal('it comes from no page of allowedOrigins')
  if (!needsPreflight(request)) throw refusal('a foreign page could send it without a preflight')
}

function isHarmless(request: RequestLike): boolean {
  const changesNothing = ['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '')
  return changesNothing && headerOf(request, 'upgrade') === undefined
}

/** Every current browser sends `Origin` with such requests. `Sec-Fetch-Site` helps if a proxy has removed it. */
function comesFromOwnPage(request: RequestLike, allowedOrigins: readonly string[]): boolean {
  const origin = headerOf(request, 'origin')
  return origin === undefined ? headerOf(request, 'sec-fetch-site') === 'same-origin' : allowedOrigins.includes(origin)
}

/** Whether a browser asks first before it sends this to another origin (Fetch standard §2.2.1, §2.2.2). */
function needsPreflight(request: RequestLike): boolean {
  if (request.method !== undefined && request.method !== 'POST') return true
  const mediaType = headerOf(request, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  return mediaType === 'application/json' || headerOf(request, FORGERY_HEADER) !== undefined
}

function refusal(detail: string): VerifyError {
  return new VerifyError('csrf_check_failed', { detail })
}
