import { type Client, type ClientOptions, createClient } from './client.ts'
import { type CookieJar, createCookieJar } from './cookie-jar.ts'
import { hasTimeLeft } from './grant.ts'
import type { Fetch } from './transport.ts'

/** Settings of the sessions of requests. */
export type RequestSessionOptions = Pick<
  ClientOptions,
  'apiOrigins' | 'timeoutMs' | 'retryDelaysMs' | 'fetch' | 'now'
> & {
  /** Where this server reaches Latchkey. */
  baseUrl: string
  /** Latchkey's PUBLIC_URL, if that is another. It takes cookies only from requests of its own origin. */
  publicUrl?: string
}

/** The session of one request that came to a server of yours with the browser's cookies. */
export type RequestSession = {
  /** A client in cookie mode that acts for this request. */
  client: Client
  /** The access token, fresh; undefined if nobody is logged in. */
  accessToken(): string | undefined
  /** The `Cookie` header of the request with the new tokens in it, for whatever renders the page. */
  cookie(): string
  /** The `Set-Cookie` headers that the answer must have, or the browser keeps tokens that are spent. */
  setCookies(): string[]
}

type IncomingRequest = { headers: Pick<Headers, 'get'> }

/**
 * Makes the helper for middleware and server-side rendering. It gives the session of a request, and refreshes it first if
 * its access token is missing or about to expire: once per request object, however often it is asked.
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

/** A `fetch` that does what a browser does with cookies. */
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
