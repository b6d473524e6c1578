import { isIP, isIPv4 } from 'node:net'
import { type Static, type TString, Type } from 'typebox'
import {
  choice,
  type Declaration,
  integer,
  list,
  orNone,
  quoted,
  type Setting,
  SettingFault,
  setting,
  settingGroup,
} from '../platform/setting.ts'

/** Where the server listens, what it is called outside, and whom it believes. */
export const httpSettings = settingGroup('HTTP', {
  host: host('HOST', {
    default: '127.0.0.1',
    description: 'The address to listen on. `0.0.0.0` or `::` listens on all of them.',
  }),
  port: integer('PORT', {
    default: '8000',
    minimum: 0,
    maximum: 65_535,
    description: 'The port to listen on. `0` takes any that is free.',
  }),
  publicUrl: origin('PUBLIC_URL', {
    derivedDefault: '`http://HOST:PORT`',
    description:
      'The origin under which clients reach the server: for links in mails, the issuer of tokens and cookies. It is never ' +
      'taken from a request. If `HOST` stands for all addresses, the default says `localhost`.',
  }),
  trustedProxies: list(
    'TRUSTED_PROXIES',
    {
      default: 'none',
      description:
        'Addresses and networks of reverse proxies, such as `10.0.0.5, 192.168.0.0/16, fd00::/8`; `unix` for a proxy that ' +
        'connects to a Unix socket. Only what these say about the address of a client is believed.',
    },
    readNetwork,
  ),
  forwardedHeader: choice('FORWARDED_HEADER', ['x-forwarded-for', 'forwarded'], {
    default: 'x-forwarded-for',
    description:
      'The header in which the trusted proxies name the address of the client. With `x-forwarded-for`, `Forwarded` ' +
      '(RFC 7239) is read where a request has no `X-Forwarded-For`. Write `forwarded` if your proxies send that header ' +
      'only: a client could otherwise add an `X-Forwarded-For` of its own.',
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
        'Request headers that pages of `ALLOWED_ORIGINS` may send, beside `Authorization`, `Content-Type`, `Accept` and ' +
        '`X-Latchkey-CSRF`, which they always may.',
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
          'The domain whose hosts are all sent the access token of cookie mode, such as `example.org`; with `none` only ' +
          'the server itself is. See [Cookies](cookies.md).',
      },
      readDomain,
    ),
  ),
  authHeaderTypes: list(
    'AUTH_HEADER_TYPES',
    {
      default: 'Bearer',
      minItems: 1,
      description:
        'The words that may stand before the token in the `Authorization` header. Answers name the first one.',
    },
    readScheme,
  ),
})

export type HttpSettings = Static<typeof httpSettings>

/** The origin of a server that nobody has named: its address and port. */
export function defaultPublicUrl({ host, port }: Pick<HttpSettings, 'host' | 'port'>): string {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  return new URL(`http://${isEverywhere ? 'localhost' : inUrl(host)}:${port}`).origin
}

function host(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ minLength: 1 }), name, declaration, (text) => {
    const isHost = isIP(text) !== 0 || (/^[a-z0-9._-]+$/i.test(text) && URL.canParse(`http://${text}`))
    if (isHost && !text.includes('%')) return text
    throw new SettingFault(
      `${quoted(text)} is neither an address nor a host name. ` +
        'Write one without scheme, port or brackets, such as 127.0.0.1, ::1 or localhost.',
    )
  })
}

function origin(name: string, declaration: Declaration): Setting<TString> {
  return setting(Type.String({ format: 'uri' }), name, declaration, readWebOrigin)
}

function readWebOrigin(text: string): string {
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === null || !isWeb || !/^https?:\/\//i.test(text)) {
    throw new SettingFault(`${quoted(text)} is no origin. Write it in full, such as https://auth.example.org.`)
  }
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    throw new SettingFault(
      'has a user name or password in it. Write the origin alone, such as https://auth.example.org.',
    )
  }
  if (url.pathname !== '/' || /[?#]/.test(text)) {
    throw new SettingFault(`${quoted(text)} goes on after the origin. Write ${url.origin}.`)
  }
  return url.origin
}

function readAllowedOrigin(item: string): string {
  if (item.includes('*')) {
    throw new SettingFault(
      `${quoted(item)} is a pattern: it would let pages of strangers act for whoever is signed in. ` +
        'Write each origin out, such as https://app.example.org.',
    )
  }
  if (item.toLowerCase() === 'null') {
    throw new SettingFault(
      '"null" is the origin of every sandboxed page, whoever made it. Write origins such as https://app.example.org.',
    )
  }
  // Apps in a shell of their own have origins such as capacitor://localhost, which URL does not know as origins.
  const isAppOrigin = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:\d{1,5})?$/i.test(item)
  return isAppOrigin ? item.toLowerCase() : readWebOrigin(item)
}

/** A leading dot has meant nothing for long (RFC 6265 §5.2.3); addresses and single words are no domains. */
function readDomain(text: string): string {
  const domain = text.replace(/^\./, '').toLowerCase()
  const isDomain = /^(?!.*\.[0-9]+$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/.test(domain) && domain.length <= 253
  if (isDomain) return domain
  throw new SettingFault(`${quoted(text)} is no domain. Write one such as example.org, without scheme or port.`)
}

/** RFC 9110 §11.1: the scheme is a token, and so free of blanks and separators. */
function readScheme(item: string): string {
  if (/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(item)) return item
  throw new SettingFault(
    `${quoted(item)} cannot stand in an Authorization header. ` +
      'Write words such as Bearer or JWT, with commas between them.',
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
      `${quoted(item)} is everybody: clients could then choose the address they are counted under. ` +
        'Write the addresses of your proxies.',
    )
  }
  if (isIP(address) === 0 || Number(prefix ?? 0) > (isIPv4(address) ? 32 : 128)) {
    throw new SettingFault(
      `${quoted(item)} is neither an address nor a network. Write such as 10.0.0.5, 10.0.0.0/8 or fd00::/8.`,
    )
  }
  return item
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
