import type { FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { RefreshedTokens } from '../../flows/tokens/refresh.ts'
import { isLoopbackHost } from '../../platform/loopback.ts'

/** Browsers silently drop a cookie whose name and value are longer (RFC 6265bis §5.6). */
const LARGEST_COOKIE = 4_096

/** The cookie of a trusted device, without prefix. */
const DEVICE_COOKIE_NAME = 'latchkey_device'

type SessionCookieSettings = {
  publicUrl: string
  /** The domain whose hosts all receive the access token; undefined: only this host does. */
  cookieDomain: string | undefined
  /** Names without prefix. */
  accessCookieName: string
  refreshCookieName: string
}

/**
 * The cookies in which a browser keeps its tokens, out of reach of scripts. PUBLIC_URL decides the rule. `secure`:
 * https. `plain`: http on the loopback, for development. `none`: http elsewhere, where anyone on the network path could
 * read and replace them.
 */
export type SessionCookies = {
  kind: 'secure' | 'plain' | 'none'
  /** The name of the cookie with the access token, for the documentation. */
  accessName: string
  /** @throws AuthError `cookies_need_https` */
  checkAvailable(): void
  /** The access token that the browser sent. @throws AuthError `token_not_valid` if it is ambiguous */
  readAccess(request: FastifyRequest): string | undefined
  /** The same for the refresh token. */
  readRefresh(request: FastifyRequest): string | undefined
  /** Makes the browser keep these tokens and replace the old ones. They must not be in the body as well. */
  set(reply: FastifyReply, tokens: RefreshedTokens): void
  /** The token that makes this browser a trusted device. @throws AuthError `token_not_valid` if it is ambiguous */
  readDevice(request: FastifyRequest): string | undefined
  /** Makes the browser a trusted device. The cookie outlives the session. */
  setDevice(reply: FastifyReply, token: string, lifetimeSeconds: number): void
  /** Makes the browser delete its tokens. */
  clear(reply: FastifyReply): void
}

type Cookie = { name: string; attributes: string }

/**
 * - Prefixes (RFC 6265bis §4.1.3) prevent other hosts of the domain, and attackers on plain http, from planting their
 *   own cookies.
 * - With COOKIE_DOMAIN, only the access token goes to the other hosts: it is valid for minutes. The refresh token goes
 *   to Latchkey and nowhere else.
 * - `Strict` costs nothing where no page is served: a page's own requests come from its own site. The shared access
 *   token is `Lax`, so that a link from elsewhere leads to a page that recognises its visitor.
 */
export function createSessionCookies({
  publicUrl,
  cookieDomain,
  accessCookieName,
  refreshCookieName,
}: SessionCookieSettings): SessionCookies {
  const kind = kindOf(new URL(publicUrl))
  const isSecure = kind !== 'plain'
  const common = `; Path=/; HttpOnly${isSecure ? '; Secure' : ''}`
  const own = { prefix: isSecure ? '__Host-' : '', attributes: `${common}; SameSite=Strict` }
  const shared = { prefix: isSecure ? '__Secure-' : '', attributes: `${common}; SameSite=Lax; Domain=${cookieDomain}` }
  const access = cookie(accessCookieName, cookieDomain === undefined ? own : shared)
  const refresh = cookie(refreshCookieName, own)
  const device = cookie(DEVICE_COOKIE_NAME, own)

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
    readDevice: (request) => read(request, device),
    setDevice: (reply, token, lifetimeSeconds) =>
      void reply.header('set-cookie', write(device, token, lifetimeSeconds)),
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
 * Spaces and tabs, but nothing else that JavaScript treats as white space. To a browser, a name that begins with a
 * no-break space has no `__Host-` prefix, so any host of the domain may set it.
 */
const BEFORE_A_PAIR = /^[ \t]+/

/**
 * Reads one cookie (RFC 6265bis §5.8.3). It refuses a cookie that appears twice, because another host or path planted
 * one of them and their order proves nothing.
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
