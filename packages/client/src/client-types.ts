import type { Account, Me, Routes } from './generated/routes.ts'
import type { AnswerOf, RequestInput, RouteName } from './route-request.ts'
import type { EndReason, SessionState } from './session-state.ts'
import type { TokenStorage } from './storage.ts'
import type { Fetch } from './transport.ts'

/** Settings of a client. */
export type ClientOptions = {
  /**
   * Where Latchkey is, with its path if it has one: `https://auth.example.com`. In a page it may be relative: `/auth`.
   * Default: the origin of the page.
   */
  baseUrl?: string
  /**
   * `cookie`: the browser keeps the tokens where no script can read them (docs/cookies.md). `bearer`: the client keeps them
   * and sends them in the `Authorization` header.
   */
  mode: 'cookie' | 'bearer'
  /** Bearer mode: where the tokens are kept. Default: in memory, until the page is left. */
  storage?: TokenStorage
  /** The key in that storage. Default: `latchkey:` and the base URL. */
  storageKey?: string
  /**
   * Other origins whose API takes the session's tokens: `https://api.example.com`. `fetch` sends tokens to these, to
   * Latchkey and to the page's own origin, and nowhere else.
   */
  apiOrigins?: readonly string[]
  /** Called when a session is over, with the reason, also when another tab has ended it. */
  onSessionEnd?: (reason: EndReason) => void
  /** Called with the error of a storage that fails or does not answer. The session goes on in memory. */
  onStorageError?: (error: unknown) => void
  /** Calls back when the app returns to the foreground; gives what stops that. See `@latchkey/client/react-native`. */
  foreground?: (returned: () => void) => () => void
  /**
   * Lets one tab refresh at a time, by Web Locks, which saves requests. After this many milliseconds a tab no longer waits.
   * Default 0: no lock. The server gives tabs that refresh at once the same tokens.
   */
  lockTimeoutMs?: number
  /** The word before the token in the `Authorization` header, by the server's AUTH_HEADER_TYPES. Default `Bearer`. */
  headerType?: string
  /**
   * How long to wait for an answer of Latchkey, in milliseconds. Default 10 000. A refresh that gets none is repeated sooner, so
   * that the server's retry window is still open.
   */
  timeoutMs?: number
  /** How long to wait before each repetition of a refresh that got no answer, in milliseconds. Default `[300, 1500]`. */
  retryDelaysMs?: readonly number[]
  /** Whether tabs tell each other of log-in and log-out. Default: wherever they share a session. */
  isTabAware?: boolean
  /** Default: the global `fetch`. */
  fetch?: Fetch
  /** The clock, in epoch milliseconds. Default `Date.now`. Only differences count. */
  now?: () => number
}

/** How a log-in went. */
export type LoginOutcome =
  | {
      status: 'authenticated'
      account: Me | undefined
      /** Of a login that has set a first factor up. They are shown only now: see `docs/second-factors.md`. */
      recoveryCodes?: readonly string[]
      /** With `trust_device`, outside of cookie mode: keep it, and send it with the next log-in. */
      deviceToken?: string
    }
  /** The password was right, and a second factor is due. Go on with `loginBy('POST /login/second-factor', …)`. */
  | { status: 'second_factor_required'; challenge: SecondFactorChallenge }

/** What completes a login. See `docs/second-factors.md`. */
export type SecondFactorChallenge = {
  readonly challenge_token: string
  /** Any one of these will do. Empty: the account must set one of `enrollable` up first. */
  readonly factors: readonly FactorType[]
  readonly enrollable?: readonly FactorType[]
  /** In seconds. */
  readonly expires_in: number
}

/** Which second factor. */
export type FactorType = Routes['POST /login/second-factor']['body']['factor']

/** The routes that begin a session. */
export type LoginRoute = {
  [Name in keyof Routes]: Extract<Routes[Name]['answer'], { access_token: string }> extends never ? never : Name
}[Exclude<keyof Routes, 'POST /refresh'>]

/** A client of one Latchkey server, with at most one session. */
export type Client = {
  /** Logs in. @throws LatchkeyError `no_active_account`, `email_not_verified`, `throttled` and others */
  login(credentials: { username: string; password: string }): Promise<LoginOutcome>
  /** Logs in by another route, for example with a second factor. */
  loginBy<Name extends LoginRoute>(route: Name, input: RequestInput<Name>): Promise<LoginOutcome>
  /** Makes an account. Nobody is logged in by this. @throws LatchkeyError `invalid_fields` and others */
  register(fields: Routes['POST /register']['body']): Promise<Account>
  /**
   * Logs out: here at once, on the server as soon as it answers, in the other tabs too.
   *
   * @throws LatchkeyError if the server could not be told. Then the session there lives on until it expires.
   */
  logout(): Promise<void>
  /** Gets new tokens now. There is seldom a need: every request sees to it. @returns whether there is a session */
  refresh(): Promise<boolean>
  /** Finds out whether somebody is logged in, and who. Calls in a row share one request. */
  load(): Promise<SessionState>
  /** The account of the session, as the server has it now. */
  me(): Promise<Me>
  /** Changes the account. What is absent stays. */
  updateMe(changes: Routes['PATCH /me']['body']): Promise<Me>
  /** Any route of v1: `request('DELETE /me/sessions/:id', { params: { id } })`. @throws LatchkeyError */
  request<Name extends RouteName>(
    route: Name,
    ...input: Record<never, never> extends RequestInput<Name> ? [RequestInput<Name>?] : [RequestInput<Name>]
  ): Promise<AnswerOf<Name>>
  /**
   * `fetch` for your own API: with the session's token, and a second try after a 401 with a new one. A body that is a stream
   * is sent once.
   *
   * @throws TypeError for an origin that is not to get tokens
   */
  fetch: Fetch
  /** A token that is good for some seconds at least; undefined if nobody is logged in, and always in cookie mode. */
  accessToken(): Promise<string | undefined>
  /** What is known of the session. The same object until something changes. */
  getState(): SessionState
  /** Calls back at every change of the state. @returns what stops that */
  subscribe(listener: () => void): () => void
  /** Calls back when a session is over. @returns what stops that */
  onSessionEnd(listener: (reason: EndReason) => void): () => void
  /** Lets go of other tabs, the foreground and all listeners. A client that is used again afterwards picks them up again. */
  dispose(): void
}
