import { checkForgery, readTokenCookie } from './cookies.ts'
import { headerOf, type RequestLike } from './request.ts'
import { VerifyError } from './verify-error.ts'

/** Where to look for tokens. */
export type TokenPlaces = {
  /** The schemes of the `Authorization` header, in lower case. */
  schemes: readonly string[]
  /** Undefined: ignore cookies. */
  cookies: { names: readonly string[]; allowedOrigins: readonly string[] } | undefined
}

/**
 * The access token of a request. If there is a token in the `Authorization` header, only that one counts, even if it is
 * invalid: no request is let in as anybody but the account it claims. The query is never read (RFC 9700 §4.3.2).
 *
 * @param presented a request, or the token itself; undefined: there is none
 * @throws VerifyError `not_authenticated`, `bad_authorization_header`, `csrf_check_failed`
 * @throws TypeError if it is neither, which is an error in the program
 */
export function readPresentedToken(presented: RequestLike | string | undefined | null, places: TokenPlaces): string {
  const token = isRequest(presented) ? readRequest(presented, places) : presented
  if (token === undefined || token === null || token === '') throw new VerifyError('not_authenticated')
  if (typeof token !== 'string') throw new TypeError('verify() takes a request with headers, or a token as a string')
  return token
}

function isRequest(presented: unknown): presented is RequestLike {
  return typeof presented === 'object' && presented !== null && typeof Object(presented).headers === 'object'
}

function readRequest(request: RequestLike, { schemes, cookies }: TokenPlaces): string | undefined {
  const fromHeader = readAuthorization(headerOf(request, 'authorization'), schemes)
  if (fromHeader !== undefined || cookies === undefined) return fromHeader
  const fromCookie = readTokenCookie(request, cookies.names)
  if (fromCookie !== undefined) checkForgery(request, cookies.allowedOrigins)
  return fromCookie
}

/** RFC 6750 §2.1. Schemes ignore case (RFC 9110 §11.1). Another scheme counts as no header at all. */
function readAuthorization(header: string | undefined, schemes: readonly string[]): string | undefined {
  const [scheme, token, ...others] = (header ?? '').split(/[ \t]+/).filter((word) => word !== '')
  if (scheme === undefined || !schemes.includes(scheme.toLowerCase())) return undefined
  if (token === undefined || others.length > 0) throw new VerifyError('bad_authorization_header')
  return token
}
