import { headerOf, type RequestLike } from './request.ts'
import { VerifyError } from './verify-error.ts'

/** How tokens are taken from the cookies of browsers (cookie mode of Latchkey). */
export type CookieOptions = {
  /**
   * The origins of the pages that may change something here, for example `https://app.example.org`. The browser sends the
   * cookie whatever page a request comes from, so the page must be checked.
   */
  allowedOrigins: readonly string[]
  /**
   * The cookie with the access token. Default: `__Host-latchkey-access`, then `__Secure-latchkey-access`. If Latchkey
   * itself is reached by plain http on this machine: `latchkey-access`.
   */
  name?: string | undefined
}

/** Any value will do: a browser does not send this header to a foreign server without asking it first. */
const FORGERY_HEADER = 'x-latchkey-csrf'

/** Blanks and tabs only: a no-break space before a name makes it another name to a browser, one without `__Host-`. */
const BEFORE_A_PAIR = /^[ \t]+/

/**
 * The access token in the cookies of a request (RFC 6265bis §5.8.3). The first of the names that is there counts.
 *
 * A cookie that came twice is refused: another host or path planted one of them, and the order proves nothing.
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
 * Refuses requests that a foreign page made the browser send (CSRF). Methods that change nothing pass (RFC 9110 §9.2.1),
 * except for the opening of a WebSocket, which browsers allow every page. Two checks, each enough by itself: the browser
 * says which page a request comes from; and it would not send such a request elsewhere without asking first.
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

/** Every browser of today sends `Origin` with such requests. `Sec-Fetch-Site` helps where a proxy has removed it. */
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
