import { noteSessionOver } from '../session/session-state.ts'
import { addressOf } from '../site/address.ts'
import { site } from '../site/site.ts'
import { type FieldFault, Problem } from './problem.ts'

/** How long a request may take before we say that the server does not answer, in milliseconds. */
const TIMEOUT_MS = 30_000

/** Access tokens are renewed this long before they expire, in milliseconds. */
const REFRESH_AHEAD_MS = 20_000

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Query = Readonly<Record<string, string | number | boolean | undefined>>

type Request = { query?: Query; body?: unknown; signal?: AbortSignal }

/** When the access token expires, as far as we know: only the browser can see it. */
let accessExpiresAt = site.session === 'refreshable' ? 0 : Number.POSITIVE_INFINITY

let refreshing: Promise<void> | undefined

/**
 * Asks the v1 API, with the cookies of the session. An access token that has expired, or is about to, is renewed first.
 *
 * @param path below `/api/v1`
 * @throws Problem
 */
export async function ask<Answer = void>(method: Method, path: string, request: Request = {}): Promise<Answer> {
  try {
    if (accessExpiresAt - REFRESH_AHEAD_MS < Date.now()) await refresh()
    return await send<Answer>(method, path, request).catch(async (error: unknown) => {
      if (!(error instanceof Problem) || !isRefreshable(error)) throw error
      await refresh()
      return send<Answer>(method, path, request)
    })
  } catch (error) {
    if (error instanceof Problem && error.status === 401) noteSessionOver(error.code)
    throw error
  }
}

/** As `ask`, for what needs no session: nothing is renewed for it. @throws Problem */
export async function askAnybody<Answer = void>(method: Method, path: string, request: Request = {}): Promise<Answer> {
  return send<Answer>(method, path, request)
}

/** Notes how long the access token that was just set is good. */
export function noteAccessToken({ expires_in }: { expires_in: number }): void {
  accessExpiresAt = Date.now() + expires_in * 1000
}

function isRefreshable({ code }: Problem): boolean {
  return code === 'token_not_valid' || code === 'not_authenticated'
}

/** New tokens. Several requests that need them wait for the same ones. */
function refresh(): Promise<void> {
  refreshing ??= send<{ expires_in: number }>('POST', '/refresh', { body: {} })
    .then(noteAccessToken)
    .finally(() => {
      refreshing = undefined
    })
  return refreshing
}

async function send<Answer>(method: Method, path: string, { query, body, signal }: Request): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  try {
    response = await fetch(`${addressOf('/api/v1')}${path}${queryText(query)}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem({ status: 0, code: timeout.aborted ? 'timeout' : 'offline' })
  }
  if (response.ok) {
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }
  throw await problemOf(response)
}

async function problemOf(response: Response): Promise<Problem> {
  const told = (await response.json().catch(() => ({}))) as { code?: string; title?: string; errors?: FieldFault[] }
  const retryAfter = Number(response.headers.get('retry-after'))
  return new Problem({
    status: response.status,
    code: told.code ?? 'internal_error',
    ...(told.title !== undefined && { title: told.title }),
    ...(told.errors !== undefined && { faults: told.errors }),
    ...(retryAfter > 0 && { retryAfterSeconds: retryAfter }),
  })
}

function queryText(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
