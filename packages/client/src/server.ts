import { type Client, type ClientOptions, createClient } from './client.ts'
import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import { hasTimeLeft } from './grant.ts'
import type { Fetch } from './transport.ts'

/** Settings for the sessions of requests. */
export type RequestSessionOptions = Pick<
  ClientOptions,
  'apiOrigins' | 'timeoutMs' | 'retryDelaysMs' | 'fetch' | 'now'
> & {
  /** The URL at which this server reaches Latchkey. */
  baseUrl: string
  /** Latchkey's PUBLIC_URL, if it differs. Latchkey accepts cookies only in requests from its own origin. */
  publicUrl?: string
}

/** The session of one request that your server received with the browser's cookies. */
export type RequestSession = {
  /** A client in cookie mode that acts for this request. */
  client: Client
  /** A fresh access token; undefined if nobody is logged in. */
  accessToken(): string | undefined
  /** The `Cookie` header of the request with the new tokens in it, for the code that renders the page. */
  cookie(): string
  /** The `Set-Cookie` headers to add to your response. Without them, the browser keeps used tokens. */
  setCookies(): string[]
}

type IncomingRequest = { headers: Pick<Headers, 'get'> }

/**
 * Creates a helper for middleware and server-side rendering. It returns the session of a request. If the access token
 * is missing or about to expire, it refreshes first: once per request object, however often you call it.
 *
 * If the server cannot be reached, the session stays as it is, and there may be no access token.
 */
export function createRequestSessions(
  options: RequestSessionOptions,
): (request: IncomingRequest) => Promise<RequestSession> {
  const opened = new WeakMap<IncomingRequest, Promise<RequestSession>>()
  return (request) => {
    const session = opened.get(request) ?? openSession(request, options)
    opened.set(request, session)
    return session
  }
}

async function openSession(
  { headers }: IncomingRequest,
  { publicUrl, ...options }: RequestSessionOptions,
): Promise<RequestSession> {
  const { baseUrl, fetch: send = globalThis.fetch, now = Date.now } = options
  const jar = createCookieJar(headers.get('cookie') ?? '')
  const client = createClient({
    ...options,
    mode: 'cookie',
    isTabAware: false,
    fetch: withCookies(jar, { server: new URL(baseUrl).origin, origin: new URL(publicUrl ?? baseUrl).origin, send }),
  })
  const access = jar.get('access')
  const isStale = access === undefined || !hasTimeLeft(access, now())
  if (isStale && jar.get('refresh') !== undefined) await client.refresh().catch(() => {})
  return {
    client,
    accessToken: () => jar.get('access'),
    cookie: jar.header,
    setCookies: jar.setCookies,
  }
}

/** A `fetch` that handles cookies as a browser does. */
function withCookies(jar: CookieJar, { server, origin, send }: { server: string; origin: string; send: Fetch }): Fetch {
  return async (input, init) => {
    const isServer = new URL(input instanceof Request ? input.url : input).origin === server
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    const cookies = jar.sessionHeader(isServer)
    if (cookies !== '') headers.set('cookie', cookies)
    if (isServer) headers.set('origin', origin)
    const response = await send(input, { ...init, headers })
    if (isServer) jar.take(response.headers.getSetCookie())
    return response
  }
}
