import { type Answer, errorOf, networkError } from './errors.ts'

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export type Call = {
  method: string
  /** Below `/api/v1`, with its query. */
  path: string
  body?: unknown
  accessToken?: string | undefined
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
  /** Default: that of the transport. */
  timeoutMs?: number
}

export type TransportOptions = {
  baseUrl: string
  isCookieMode: boolean
  headerType: string
  fetch: Fetch
  timeoutMs: number
}

/**
 * Sends a request to the v1 API and reads the whole response, whatever its status.
 *
 * @throws LatchkeyError `network_error` if there is none in time
 * @throws the reason of `signal` once that is aborted
 */
export type Transport = (call: Call) => Promise<Answer>

/** A transport to one server. */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, isCookieMode, headerType, fetch } = options
  return async ({ method, path, body, accessToken, headers, signal, timeoutMs = options.timeoutMs }) => {
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    const abort = () => ending.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    try {
      const response = await fetch(`${baseUrl}/api/v1${path}`, {
        method,
        headers: {
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(accessToken !== undefined && { authorization: `${headerType} ${accessToken}` }),
          // Keeps other sites' pages from acting with our user's cookies: see docs/cookies.md.
          ...(isCookieMode && method !== 'GET' && { 'x-latchkey-csrf': '1' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        credentials: isCookieMode ? 'include' : 'omit',
        signal: ending.signal,
      })
      return { status: response.status, headers: response.headers, text: await response.text() }
    } catch (error) {
      if (signal?.aborted) throw error
      throw networkError(error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }
}

/** The JSON of a successful response; undefined if it has no body. @throws LatchkeyError for any other response */
export function readAnswer(answer: Answer): unknown {
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer)
  if (answer.text === '') return undefined
  try {
    return JSON.parse(answer.text)
  } catch {
    throw errorOf(answer)
  }
}
