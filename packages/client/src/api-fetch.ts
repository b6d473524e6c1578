import type { Authorized } from './authorized.ts'
import type { Fetch } from './transport.ts'

type ApiFetchParts = {
  send: Fetch
  authorized: Authorized
  /** URLs whose origins receive tokens, besides the page's own origin. */
  origins: readonly string[]
  isCookieMode: boolean
  headerType: string
}

/**
 * `fetch` for the application's own API.
 *
 * @throws TypeError for an origin that may not receive tokens
 */
export function createApiFetch({ send, authorized, origins, isCookieMode, headerType }: ApiFetchParts): Fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined
    checkOrigin(request?.url ?? String(input), origins)
    return authorized((grant) => {
      const headers = new Headers(init?.headers ?? request?.headers)
      if (grant?.accessToken !== undefined) headers.set('authorization', `${headerType} ${grant.accessToken}`)
      // @latchkey/verify requires it, as Latchkey does, wherever another site's page could send the same request: see
      // docs/cookies.md.
      const isPost = (init?.method ?? request?.method)?.toUpperCase() === 'POST'
      if (isCookieMode && isPost && !/json/.test(headers.get('content-type') ?? '')) headers.set('x-latchkey-csrf', '1')
      // Sending a request uses it up, and it may have to be sent twice.
      return send(request?.clone() ?? input, { ...init, headers, ...(isCookieMode && { credentials: 'include' }) })
    }, isRepeatable(init?.body))
  }
}

function checkOrigin(target: string, origins: readonly string[]): void {
  const page = globalThis.location?.href
  const origin = originOf(target, page ?? origins[0])
  const isKnown = [page, ...origins].some((url) => url !== undefined && originOf(url) === origin)
  if (isKnown && origin !== undefined) return
  throw new TypeError(`Tokens are not sent to ${origin}: add it to \`apiOrigins\`, or use the plain fetch.`)
}

/** React Native's URL has no `origin`, but an `href`. */
function originOf(url: string, base?: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i.exec(new URL(url, base).href)?.[0]
}

/** Whether a body can be sent twice. Streams and iterables cannot. */
function isRepeatable(body: unknown): boolean {
  return !(typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body))
}
