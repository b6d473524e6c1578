import type { FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { RefreshedTokens } from '../../flows/tokens/refresh.ts'
import { isLoopbackHost } from '../../platform/loopback.ts'

/** Browsers drop a cookie whose name and value are longer (RFC 6265bis §5.6), without a word. */
const LARGEST_COOKIE = 4_096

type SessionCookieSettings = {
  publicUrl: string
  /** The domain whose hosts are all sent the access token; undefined: this host alone is. */
  cookieDomain: string | undefined
}

/**
 * The cookies in which a browser may keep its tokens, out of reach of any script. The rule for them follows from
 * PUBLIC_URL. `secure`: https. `plain`: http on the loopback, for development. `none`: http elsewhere, where anybody on
 * the way could read and replace them.
 */
export type SessionCookies = {
  kind: 'secure' | 'plain' | 'none'
  /** The name of the cookie with the access token, for the documentation. */
  accessName: string
  /** @throws AuthError `cookies_need_https` */
  checkAvailable(): void
  /** The access token that the browser sent. @throws AuthError `token_not_valid` if nobody can say which one */
  readAccess(request: FastifyRequest): string | undefined
  /** Likewise the refresh token. */
  readRefresh(request: FastifyRequest): string | undefined
  /** Has the browser keep these tokens instead of those it has. They must not be in the body as well. */
  set(reply: FastifyReply, tokens: RefreshedTokens): void
  /** Has the browser forget its tokens. */
  clear(reply: FastifyReply): void
}

type Cookie = { name: string; attributes: string }

/**
 * - Prefixes (RFC 6265bis §4.1.3) keep other hosts of the domain, and whoever speaks http in our name, from planting a
 *   cookie of theirs.
 * - With COOKIE_DOMAIN only the access token goes to the other hosts: it is good for minutes. The refresh token goes to
 *   Latchkey and nowhere else.
 * - `Strict` costs nothing where no page is served: a page's own requests are of its own site. The shared access token is
 *   `Lax`, so that a link from elsewhere leads to a page that knows its visitor.
 */
export function createSessionCookies({ publicUrl, cookieDomain }: SessionCookieSettings): SessionCookies {
  const kind = kindOf(new URL(publicUrl))
  const isSecure = kind !== 'plain'
  const common = `; Path=/; HttpOnly${isSecure ? '; Secure' : ''}`
  const own = { prefix: isSecure ? '__Host-' : '', attributes: `${common}; SameSite=Strict` }
  const shared = { prefix: '__Secure-', attributes: `${common}; SameSite=Lax; Domain=${cookieDomain}` }
  const access = cookie('latchkey-access', cookieDomain === undefined ? own : shared)
  const refresh = cookie('latchkey-refresh', own)

  function read(request: FastifyRequest, { name }: Cookie): string | undefined {
    return kind === 'none' ? undefined : readCookie(request.headers.cookie, name)
  }

  return {
    kind,
    accessName: access.name,
    checkAvailable() {
      if (kind === 'none') throw new AuthError('cookies_need_https')
    },
    readAccess: (request) => read(request, access),
    readRefresh: (request) => read(request, refresh),
    set(reply, tokens) {
      reply.header('set-cookie', write(access, tokens.access, tokens.accessExpiresInSeconds))
      if (!('refresh' in tokens)) return
      reply.header('set-cookie', write(refresh, tokens.refresh, tokens.refreshExpiresInSeconds))
    },
    clear(reply) {
      for (const { name, attributes } of [access, refresh]) {
        reply.header('set-cookie', `${name}=; Max-Age=0${attributes}`)
      }
    },
  }
}

function kindOf({ protocol, hostname }: URL): SessionCookies['kind'] {
  if (protocol === 'https:') return 'secure'
  return isLoopbackHost(hostname) ? 'plain' : 'none'
}

function cookie(name: string, { prefix, attributes }: { prefix: string; attributes: string }): Cookie {
  return { name: prefix + name, attributes }
}

/** @throws Error if the browser would drop it */
function write({ name, attributes }: Cookie, token: string, lifetimeSeconds: number): string {
  if (name.length + token.length > LARGEST_COOKIE) {
    throw new Error(
      `a token of ${token.length} characters does not fit into a cookie: put fewer claims into access tokens`,
    )
  }
  return `${name}=${token}; Max-Age=${lifetimeSeconds}${attributes}`
}

/**
 * Blanks and tabs, and nothing else that JavaScript takes for white space: a name that begins with a no-break space is to a
 * browser one without `__Host-`, which any host of the domain may set.
 */
const BEFORE_A_PAIR = /^[ \t]+/

/**
 * Reads one cookie (RFC 6265bis §5.8.3). One that comes twice is refused: the other one was planted by another host or
 * path, and which of the two comes first is no proof of anything.
 *
 * @returns undefined if it was not sent, or is empty
 * @throws AuthError `token_not_valid`
 */
function readCookie(header: string | undefined, name: string): string | undefined {
  const beginning = `${name}=`
  const [value, ...others] = (header ?? '')
    .split(';')
    .map((pair) => pair.replace(BEFORE_A_PAIR, ''))
    .filter((pair) => pair.startsWith(beginning))
    .map((pair) => pair.slice(beginning.length))
  if (others.length > 0) throw new AuthError('token_not_valid', { detail: 'its cookie was sent more than once' })
  return value === '' ? undefined : value
}
