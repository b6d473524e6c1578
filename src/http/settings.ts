import { isIP, isIPv4 } from 'node:net'
import { type Static, type TString, Type } from 'typebox'
import {
  choice,
  type Declaration,
  duration,
  integer,
  list,
  onOff,
  orNone,
  quoted,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
} from '../platform/setting.ts'

/** Where the server listens, its public name, and which proxies it trusts. */
export const httpSettings = settingGroup('HTTP', {
  host: host('HOST', {
    default: '127.0.0.1',
    description:
      'The address to listen on. `0.0.0.0` and `::` listen on all addresses. `unix:/run/latchkey/socket` listens on a Unix ' +
      'socket, which processes of the same group may connect to.',
  }),
  port: integer('PORT', {
    default: '8000',
    minimum: 0,
    maximum: 65_535,
    description: 'The port to listen on. `0` picks any free port.',
  }),
  publicUrl: publicUrl('PUBLIC_URL', {
    derivedDefault: '`http://HOST:PORT`',
    description:
      'The address that clients use to reach the server: an origin, or a path below one, such as ' +
      '`https://example.org/auth`. Latchkey uses it for links in mail, the issuer of tokens, cookies and redirects; it ' +
      'never takes it from a request. If `HOST` means all addresses, the default uses `localhost`.',
  }),
  trustedProxies: list(
    'TRUSTED_PROXIES',
    {
      default: 'none',
      description:
        'The addresses and networks of your reverse proxies, such as `10.0.0.5, 192.168.0.0/16, fd00::/8`, and ' +
        "`unix` for a proxy that connects over a Unix socket. Latchkey takes a client's address from forwarding " +
        'headers only if one of these sends them.',
    },
    readNetwork,
  ),
  forwardedHeader: choice('FORWARDED_HEADER', ['x-forwarded-for', 'forwarded'], {
    default: 'x-forwarded-for',
    description:
      "The header in which your proxies state the client's address. With `x-forwarded-for`, Latchkey reads " +
      '`Forwarded` (RFC 7239) if a request has no `X-Forwarded-For`. Set `forwarded` if your proxies send only ' +
      'that header; otherwise a client could add an `X-Forwarded-For` of its own.',
  }),
  allowedOrigins: list(
    'ALLOWED_ORIGINS',
    {
      default: 'none',
      description: 'Origins whose pages may call the server from a browser (CORS), such as `https://app.example.org`.',
    },
    readAllowedOrigin,
  ),
  allowedHeaders: list(
    'ALLOWED_HEADERS',
    {
      default: 'X-CSRFToken, X-Requested-With, traceparent, tracestate, sentry-trace, baggage, Cache-Control, Pragma',
      description:
        'Request headers that pages of `ALLOWED_ORIGINS` may send. They may always send `Authorization`, ' +
        '`Content-Type`, `Accept` and `X-Latchkey-CSRF`.',
    },
    readHeaderName,
  ),
  cookieDomain: orNone(
    setting(
      Type.String({ minLength: 1 }),
      'COOKIE_DOMAIN',
      {
        default: 'none',
        description:
          'The domain whose hosts all receive the access token cookie, such as `example.org`. With `none`, only ' +
          'the server itself receives it. See [Cookies](cookies.md).',
      },
      readDomain,
    ),
  ),
  authHeaderName: setting(
    Type.String({ minLength: 1 }),
    'AUTH_HEADER_NAME',
    {
      default: 'Authorization',
      description:
        'The request header that carries access tokens. Services always use `Authorization`. You may also write the name as ' +
        'Django does: HTTP_X_ACCESS_TOKEN.',
    },
    readAuthHeaderName,
  ),
  accessCookieName: cookieName('ACCESS_COOKIE_NAME', {
    default: 'latchkey-access',
    description: 'The name of the cookie with the access token, without its prefix `__Host-` or `__Secure-`.',
  }),
  refreshCookieName: cookieName('REFRESH_COOKIE_NAME', {
    default: 'latchkey-refresh',
    description: 'The name of the cookie with the refresh token, without its prefix.',
  }),
  hstsIncludesSubdomains: onOff('HSTS_INCLUDE_SUBDOMAINS', {
    default: 'false',
    description:
      'Whether `Strict-Transport-Security` also applies to all hosts below that of `PUBLIC_URL`. Set it only if all of them ' +
      'use https.',
  }),
  keepAliveMs: duration('KEEP_ALIVE_TIMEOUT', {
    default: '72s',
    shortest: '1s',
    longest: '1h',
    description:
      'How long an idle connection stays open. Make it longer than the idle timeout of the proxy or load balancer in ' +
      'front. Otherwise the proxy may send a request on a connection that is just being closed.',
  }),
  authHeaderTypes: list(
    'AUTH_HEADER_TYPES',
    {
      default: 'Bearer',
      minItems: 1,
      description: 'The words that may precede the token in the `Authorization` header. Responses name the first one.',
    },
    readScheme,
  ),
})

export type HttpSettings = Static<typeof httpSettings>

/** The default origin of a server: its address and port. */
export function defaultPublicUrl({ host, port }: Pick<HttpSettings, 'host' | 'port'>): string {
  if (host.startsWith('unix:')) return 'http://localhost'
  const isEverywhere = host === '0.0.0.0' || host === '::'
  return new URL(`http://${isEverywhere ? 'localhost' : inUrl(host)}:${port}`).origin
}

function host(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, (text) => {
    if (text.startsWith('unix:')) return readSocketPath(text)
    const isHost = isIP(text) !== 0 || (/^[a-z0-9._-]+$/i.test(text) && URL.canParse(`http://${text}`))
    if (isHost && !text.includes('%')) return text
    throw new SettingFault(
      `${quoted(text)} is not an address or a host name. ` +
        'Write it without scheme, port or brackets, such as 127.0.0.1, ::1 or localhost.',
    )
  })
}

function publicUrl(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ format: 'uri' }), name, declaration, readPublicUrl)
}

/** An origin, with a path below it if the server shares its origin. Without a final slash. */
function readPublicUrl(text: string): string {
  const url = readWebUrl(text)
  if (/[?#]/.test(text)) {
    throw new SettingFault(`${quoted(text)} has a query or fragment. Write ${url.origin}${url.pathname}.`)
  }
  const path = url.pathname.replace(/\/$/, '')
  if (/^(\/[A-Za-z0-9._~-]+)*$/.test(path)) return `${url.origin}${path}`
  throw new SettingFault(
    `${quoted(text)} has a path with characters other than letters, digits and . _ ~ -. Write a path such as ${url.origin}/auth.`,
  )
}

/** The longest path of a Unix socket on Linux, in bytes. */
const SOCKET_PATH_BYTES = 107

function readSocketPath(text: string): string {
  const path = text.slice('unix:'.length)
  if (!path.startsWith('/') || path.endsWith('/')) {
    throw new SettingFault(
      `${quoted(text)} is not a socket. Write an absolute path, such as unix:/run/latchkey/socket.`,
    )
  }
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES) {
    throw new SettingFault(
      `is longer than the path of a socket may be (${SOCKET_PATH_BYTES} bytes). Write a shorter path.`,
    )
  }
  return text
}

function readWebOrigin(text: string): string {
  const url = readWebUrl(text)
  if (url.pathname !== '/' || /[?#]/.test(text)) {
    throw new SettingFault(`${quoted(text)} has text after the origin. Write ${url.origin}.`)
  }
  return url.origin
}

function readWebUrl(text: string): URL {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isWeb || !/^https?:\/\//i.test(text)) {
    throw new SettingFault(`${quoted(text)} is not an origin. Write it in full, such as https://auth.example.org.`)
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    throw new SettingFault('contains a user name or password. Write only the origin, such as https://auth.example.org.')
  }
  return url
}

function readAllowedOrigin(item: string): string {
  if (item.includes('*')) {
    throw new SettingFault(
      `${quoted(item)} is a pattern. It would let every matching website act for your users. ` +
        'List each origin, such as https://app.example.org.',
    )
  }
  if (item.toLowerCase() === 'null') {
    throw new SettingFault(
      '"null" is the origin of every sandboxed page, whoever wrote it. List origins such as https://app.example.org.',
    )
  }
  // Apps that bring their own browser have origins such as capacitor://localhost, which URL does not accept as origins.
  const isAppOrigin = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:\d{1,5})?$/i.test(item)
  return isAppOrigin ? item.toLowerCase() : readWebOrigin(item)
}

/** A leading dot has no meaning any more (RFC 6265 §5.2.3). Addresses and single words are not domains. */
function readDomain(text: string): string {
  const domain = text.replace(/^\./, '').toLowerCase()
  const isDomain = /^(?!.*\.[0-9]+$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/.test(domain) && domain.length <= 253
  if (isDomain) return domain
  throw new SettingFault(`${quoted(text)} is not a domain. Write one such as example.org, without scheme or port.`)
}

/** A token (RFC 9110 §5.6.2). */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/** Django's settings call `X-Access-Token` `HTTP_X_ACCESS_TOKEN`, as CGI does. */
function readAuthHeaderName(text: string): string {
  const name = text.startsWith('HTTP_') ? text.slice('HTTP_'.length).replaceAll('_', '-').toLowerCase() : text
  if (TOKEN.test(name)) return name
  throw new SettingFault(`${quoted(text)} is not the name of a header. Write a name such as X-Access-Token.`)
}

function cookieName(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, (text) => {
    if (/^__(host|secure)-/i.test(text)) {
      throw new SettingFault(`${quoted(text)} has a prefix, which Latchkey adds itself. Write the name without it.`)
    }
    if (TOKEN.test(text) && text.length <= 64) return text
    throw new SettingFault(`${quoted(text)} is not the name of a cookie. Write letters, digits, - and _.`)
  })
}

/** RFC 9110 §11.1: the scheme is a token, and so free of blanks and separators. */
function readScheme(item: string): string {
  if (TOKEN.test(item)) return item
  throw new SettingFault(
    `${quoted(item)} is not allowed in an Authorization header. ` +
      'Write words such as Bearer or JWT, separated by commas.',
  )
}

/** RFC 9110 §5.1: the name of a header is a token. */
function readHeaderName(item: string): string {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(item) && item !== '*') return item
  throw new SettingFault(
    `${quoted(item)} is not the name of a header. Write names such as X-Requested-With, with commas between them.`,
  )
}

function readNetwork(item: string): string {
  if (item.toLowerCase() === 'unix') return 'unix'
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(item) ?? []
  if (item === '*' || Number(prefix ?? 1) === 0) {
    throw new SettingFault(
      `${quoted(item)} means every address: any client could then choose the address its requests count under. ` +
        'Write the addresses of your proxies.',
    )
  }
  if (isIP(address) === 0 || Number(prefix ?? 0) > (isIPv4(address) ? 32 : 128)) {
    throw new SettingFault(
      `${quoted(item)} is not an address or a network. Write, for example, 10.0.0.5, 10.0.0.0/8 or fd00::/8.`,
    )
  }
  return item
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
