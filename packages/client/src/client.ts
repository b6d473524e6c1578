import { createApiFetch } from './api-fetch.ts'
import { type Authorized, sendAuthorized } from './authorized.ts'
import type { Client, ClientOptions, LoginOutcome, SecondFactorChallenge } from './client-types.ts'
import { type Answer, errorOf } from './errors.ts'
import type { Account, Me } from './generated/routes.ts'
import { readGrant } from './grant.ts'
import { fillRoute, type RouteName } from './route-request.ts'
import { createSession } from './session.ts'
import { createListeners, type EndReason, quietly, type SessionState } from './session-state.ts'
import { joinTabs, type Tabs } from './tabs.ts'
import { createTokenCalls } from './token-calls.ts'
import { createTransport, type Fetch, readAnswer } from './transport.ts'
import { createVault } from './vault.ts'

export type * from './client-types.ts'
export type { SessionEndReason } from './errors.ts'
export {
  type ErrorCode,
  type Failure,
  type FailureCode,
  type FieldFault,
  isLatchkeyError,
  type LatchkeyError,
} from './errors.ts'
export type * from './generated/routes.ts'
export type { AnswerOf, RequestInput, RouteName } from './route-request.ts'
export type { EndReason, SessionState } from './session-state.ts'
export type { TokenStorage } from './storage.ts'
export type { Fetch } from './transport.ts'

/**
 * Creates a client. It sends and reads nothing before the first call, so a server that renders the page may load a module with
 * a client. A call there throws a TypeError if `baseUrl` is relative to the page.
 *
 * @throws TypeError for a `baseUrl` without its scheme
 */
export function createClient(options: ClientOptions): Client {
  const { mode, storage, onStorageError = () => {}, now = Date.now, headerType = 'Bearer' } = options
  const isCookieMode = mode === 'cookie'
  const baseUrl = absoluteUrl(options.baseUrl)
  const isTabAware = options.isTabAware ?? (isCookieMode || storage !== undefined)
  const name = options.storageKey ?? `latchkey:${baseUrl}`
  const send: Fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const timeoutMs = options.timeoutMs ?? 10_000
  const transport = createTransport({
    baseUrl,
    isCookieMode,
    headerType,
    fetch: send,
    timeoutMs,
  })
  const endListeners = createListeners<EndReason>(options.onSessionEnd)
  let tabs: Tabs | undefined
  let stopForeground: (() => void) | undefined
  let loading: Promise<SessionState> | undefined

  const session = createSession({
    isCookieMode,
    calls: createTokenCalls({ transport, now, retryDelaysMs: options.retryDelaysMs ?? [300, 1500], timeoutMs }),
    vault: storage && !isCookieMode ? createVault(storage, name, quietly(onStorageError)) : undefined,
    tabs: () => tabs,
    lock: { name, timeoutMs: options.lockTimeoutMs ?? 0 },
    onEnd: endListeners.tell,
    now,
  })

  /** Done at every use, so that a client survives React's strict mode, which disposes of it once. */
  function attach(): void {
    if (!isAbsolute(baseUrl))
      throw new TypeError('`baseUrl` is relative, but there is no page here. Pass an absolute URL.')
    if (isTabAware) tabs ??= joinTabs(name, (news) => void session.hear(news).then(loadIfWatched))
    stopForeground ??= options.foreground?.(() => void returnToForeground().catch(() => {}))
  }

  function loadIfWatched(): void {
    if (session.state.listeners.size() > 0) void load()
  }

  /** Asks again who is logged in if that failed before. The server is responding again. */
  function loadIfUnknown(): void {
    const { status, account } = session.state.get()
    if (status === 'authenticated' && account === undefined) loadIfWatched()
  }

  async function returnToForeground(): Promise<void> {
    if (session.state.get().status === 'loading') await load()
    else await session.usable()
    loadIfUnknown()
  }

  const authorized: Authorized = async (attempt, isRepeatable) => {
    attach()
    return sendAuthorized({ session, now }, attempt, isRepeatable)
  }

  async function request(route: string, input?: object): Promise<unknown> {
    const call = fillRoute(route, input)
    const answer = await authorized((grant) => transport({ ...call, accessToken: grant?.accessToken }), true)
    return readAnswer(answer)
  }

  const apiFetch = createApiFetch({
    send,
    authorized,
    origins: [baseUrl, ...(options.apiOrigins ?? [])],
    isCookieMode,
    headerType,
  })

  async function identifyBy(route: string, input?: object): Promise<Me> {
    await session.restore()
    const seen = session.generation()
    const account = (await request(route, input)) as Me
    session.identify(account, seen)
    return account
  }

  const me = () => identifyBy('GET /me')

  function load(): Promise<SessionState> {
    loading ??= loadOnce().finally(() => {
      loading = undefined
    })
    return loading
  }

  async function loadOnce(): Promise<SessionState> {
    attach()
    await session.restore()
    const { status, account } = session.state.get()
    if (status === 'anonymous' || account !== undefined) return session.state.get()
    try {
      await me()
    } catch (error) {
      const state = session.state.get()
      if (state.status === 'loading') session.state.set({ ...state, error })
    }
    return session.state.get()
  }

  async function loginBy(route: string, input: { body?: object }): Promise<LoginOutcome> {
    attach()
    if (isCookieMode) await session.settled()
    const body = { ...input.body, mode: isCookieMode ? 'cookie' : 'token' }
    const sentAt = now()
    const answer = await transport(fillRoute(route, { ...input, body }))
    const challenge = challengeOf(answer)
    if (challenge) return { status: 'second_factor_required', challenge }
    await session.begin(readGrant(answer, sentAt))
    return { status: 'authenticated', account: await me().catch(() => undefined), ...extrasOf(answer) }
  }

  return {
    login: (credentials) => loginBy('POST /login', { body: credentials }),
    loginBy: (route, input) => loginBy(route, input as { body?: object }),
    async register(fields) {
      attach()
      return readAnswer(await transport({ method: 'POST', path: '/register', body: fields })) as Account
    },
    async logout() {
      attach()
      await session.logout()
    },
    async refresh() {
      attach()
      return (await session.refresh()) !== undefined
    },
    load,
    me,
    updateMe: (changes) => identifyBy('PATCH /me', { body: changes }),
    request: (async (route: RouteName, input?: object) => {
      const answer = await request(route, input)
      loadIfUnknown()
      return answer
    }) as Client['request'],
    async fetch(input, init) {
      const response = await apiFetch(input, init)
      loadIfUnknown()
      return response
    },
    async accessToken() {
      attach()
      return (await session.usable())?.accessToken
    },
    getState: session.state.get,
    subscribe(listener) {
      attach()
      return session.state.listeners.add(listener)
    },
    onSessionEnd: endListeners.add,
    dispose() {
      tabs?.close()
      tabs = undefined
      stopForeground?.()
      stopForeground = undefined
      session.state.listeners.clear()
      endListeners.clear()
    },
  }
}

/** The response to a login that needs more than the password. */
function challengeOf({ status, text }: Answer): SecondFactorChallenge | undefined {
  if (status !== 401) return undefined
  const { problem } = errorOf({ status, text, headers: new Headers() })
  return problem.code === 'second_factor_required' ? (problem as unknown as SecondFactorChallenge) : undefined
}

/** What the response to a login has besides the tokens. */
function extrasOf({ text }: Answer): { recoveryCodes?: readonly string[]; deviceToken?: string } {
  const { recovery_codes: recoveryCodes, device_token: deviceToken } = JSON.parse(text) as Record<string, unknown>
  return {
    ...(Array.isArray(recoveryCodes) && { recoveryCodes: recoveryCodes.map(String) }),
    ...(typeof deviceToken === 'string' && { deviceToken }),
  }
}

/**
 * The base URL without a slash at its end. A relative one is resolved against the page, and stays as it is if there is none.
 *
 * @throws TypeError for `localhost:8000`, which names a scheme and no host
 */
function absoluteUrl(url = '/'): string {
  if (isAbsolute(url) && !/^https?:/i.test(url)) throw new TypeError(`Write \`baseUrl\` with its scheme: http://${url}`)
  const page = globalThis.location?.href
  return (isAbsolute(url) || page === undefined ? url : new URL(url, page).href).replace(/\/+$/, '')
}

function isAbsolute(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(url)
}
