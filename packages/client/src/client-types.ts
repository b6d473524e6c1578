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
  /** Bearer mode: where the client keeps the tokens. Default: in memory, until the user leaves the page. */
  storage?: TokenStorage
  /** The key in that storage. Default: `latchkey:` and the base URL. */
  storageKey?: string
  /**
   * Further origins whose APIs receive the session's tokens: `https://api.example.com`. `fetch` sends tokens to these,
   * to Latchkey and to the page's own origin, and nowhere else.
   */
  apiOrigins?: readonly string[]
  /** Called with the reason when a session ends, even if another tab has ended it. */
  onSessionEnd?: (reason: EndReason) => void
  /** Called with the error if the storage fails or does not answer. The session continues in memory. */
  onStorageError?: (error: unknown) => void
  /**
   * Calls back when the app returns to the foreground. Returns a function that stops this. See
   * `@latchkey/client/react-native`.
   */
  foreground?: (returned: () => void) => () => void
  /**
   * Lets one tab refresh at a time, by Web Locks, which saves requests. After this many milliseconds, a tab stops
   * waiting. Default 0: no lock. Tabs that refresh at once get the same tokens from the server anyway.
   */
  lockTimeoutMs?: number
  /**
   * The word before the token in the `Authorization` header, as in the server's AUTH_HEADER_TYPES. Default `Bearer`.
   */
  headerType?: string
  /**
   * How long to wait for a response from Latchkey, in milliseconds. Default 10 000. The client repeats a refresh sooner
   * than that, while the server's retry window is still open.
   */
  timeoutMs?: number
  /**
   * How long to wait before each repetition of a refresh that got no response, in milliseconds. Default `[300, 1500]`.
   */
  retryDelaysMs?: readonly number[]
  /** Whether tabs tell each other about logins and logouts. Default: wherever they share a session. */
  isTabAware?: boolean
  /** Default: the global `fetch`. */
  fetch?: Fetch
  /** The clock, in epoch milliseconds. Default `Date.now`. Only differences matter. */
  now?: () => number
}

/** The outcome of a login. */
export type LoginOutcome =
  | {
      status: 'authenticated'
      account: Me | undefined
      /**
       * The recovery codes, after a login that set up the first factor. They are shown only now: see
       * `docs/second-factors.md`.
       */
      recoveryCodes?: readonly string[]
      /** With `trust_device`, outside of cookie mode: keep it, and send it with the next login. */
      deviceToken?: string
    }
  /** The password was right, but a second factor is due. Continue with `loginBy('POST /login/second-factor', …)`. */
  | { status: 'second_factor_required'; challenge: SecondFactorChallenge }

/** What is needed to complete a login. See `docs/second-factors.md`. */
export type SecondFactorChallenge = {
  readonly challenge_token: string
  /** Any one of these is enough. Empty: the account must first set up one of `enrollable`. */
  readonly factors: readonly FactorType[]
  readonly enrollable?: readonly FactorType[]
  /** In seconds. */
  readonly expires_in: number
}

/** The kind of second factor. */
export type FactorType = Routes['POST /login/second-factor']['body']['factor']

/** The routes that start a session. */
export type LoginRoute = {
  [Name in keyof Routes]: Extract<Routes[Name]['answer'], { access_token: string }> extends never ? never : Name
}[Exclude<keyof Routes, 'POST /refresh'>]

/** A client of one Latchkey server, with at most one session. */
export type Client = {
  /** Logs in. @throws LatchkeyError `no_active_account`, `email_not_verified`, `throttled` and others */
  login(credentials: { username: string; password: string }): Promise<LoginOutcome>
  /** Logs in by another route, for example with a second factor. */
  loginBy<Name extends LoginRoute>(route: Name, input: RequestInput<Name>): Promise<LoginOutcome>
  /** Creates an account. It does not log in. @throws LatchkeyError `invalid_fields` and others */
  register(fields: Routes['POST /register']['body']): Promise<Account>
  /**
   * Logs out: in this tab and all others at once, and on the server as soon as it responds.
   *
   * @throws LatchkeyError if the server could not be reached. The session then remains on the server until it expires.
   */
  logout(): Promise<void>
  /**
   * Refreshes the tokens now. You seldom need this, because every request does it when necessary.
   *
   * @returns whether there is a session
   */
  refresh(): Promise<boolean>
  /** Finds out whether a user is logged in, and who. Calls at the same time share one request. */
  load(): Promise<SessionState>
  /** The account of the session, as the server has it now. */
  me(): Promise<Me>
  /** Changes the account. Fields that you leave out stay as they are. */
  updateMe(changes: Routes['PATCH /me']['body']): Promise<Me>
  /** Any route of v1: `request('DELETE /me/sessions/:id', { params: { id } })`. @throws LatchkeyError */
  request<Name extends RouteName>(
    route: Name,
    ...input: Record<never, never> extends RequestInput<Name> ? [RequestInput<Name>?] : [RequestInput<Name>]
  ): Promise<AnswerOf<Name>>
  /**
   * `fetch` for your own API. It adds the session's token, and after a 401 tries once more with a new token. It sends a
   * stream only once.
   *
   * @throws TypeError for an origin that may not receive tokens
   */
  fetch: Fetch
  /**
   * A token that is valid for at least a few more seconds. Undefined if nobody is logged in, and always in cookie mode.
   */
  accessToken(): Promise<string | undefined>
  /** The state of the session. It is the same object until something changes. */
  getState(): SessionState
  /** Calls back at every change of the state. @returns a function that stops this */
  subscribe(listener: () => void): () => void
  /** Calls back when a session ends. @returns a function that stops this */
  onSessionEnd(listener: (reason: EndReason) => void): () => void
  /** Closes the channel to other tabs and removes all listeners. If you use the client again, it opens them again. */
  dispose(): void
}
