/**
 * Every refusal: its HTTP status and a sentence for people. Latchkey's own API uses the same codes for the same things.
 */
const refusals = {
  not_authenticated: { status: 401, title: 'An access token is required.' },
  bad_authorization_header: { status: 401, title: 'The Authorization header must have the form "Bearer TOKEN".' },
  token_not_valid: { status: 401, title: 'The token is invalid or has expired.' },
  token_of_wrong_type: { status: 401, title: 'This needs an access token. The token is of another type.' },
  token_revoked: { status: 401, title: 'The session of this token has ended.' },
  permission_denied: { status: 403, title: 'You may not do this.' },
  csrf_check_failed: {
    status: 403,
    title: 'With a cookie, this needs an allowed Origin, and a JSON body or the header X-Latchkey-CSRF.',
  },
  unavailable: { status: 503, title: 'Access tokens cannot be checked at the moment. Try again later.' },
} as const

/** Why a request was refused. `unavailable` means that nobody can say whether the token is valid. */
export type VerifyErrorCode = keyof typeof refusals

type VerifyErrorFacts = {
  /** What exactly was wrong, for the log. It never contains a token. */
  detail?: string | undefined
  /** Why the session ended, for example `logout`. Only with `token_revoked`. */
  endReason?: string | undefined
  /** In how many seconds to try again. */
  retryAfterSeconds?: number | undefined
  cause?: unknown
}

/**
 * The refusal of a request. `code`, `status` and `message` may be shown to anybody; `detail` is for the log. None of
 * them contains the token.
 */
export class VerifyError extends Error {
  override readonly name = 'VerifyError'
  readonly code: VerifyErrorCode
  /** 401, 403, or 503 if the token could not be checked. */
  readonly status: 401 | 403 | 503
  readonly detail: string | undefined
  readonly endReason: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: VerifyErrorCode, { detail, endReason, retryAfterSeconds, cause }: VerifyErrorFacts = {}) {
    super(refusals[code].title, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = refusals[code].status
    this.detail = detail
    this.endReason = endReason
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** The headers of the response, with the challenge that RFC 6750 §3 requires. Names are in lower case. */
  headers(): Record<string, string> {
    return {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      ...(this.#challenge() && { 'www-authenticate': this.#challenge() }),
      ...(this.retryAfterSeconds !== undefined && { 'retry-after': String(this.retryAfterSeconds) }),
    }
  }

  /** The body of the response: a problem (RFC 9457) like Latchkey's own. `code` is the end reason if it is known. */
  problem(): { type: 'about:blank'; title: string; status: number; code: string } {
    return { type: 'about:blank', title: this.message, status: this.status, code: this.endReason ?? this.code }
  }

  /** The whole response, for frameworks that work with `Response`. */
  toResponse(): Response {
    return new Response(JSON.stringify(this.problem()), { status: this.status, headers: this.headers() })
  }

  /** RFC 6750 §3.1: no error code if no token was presented. */
  #challenge(): string {
    if (this.code === 'not_authenticated') return 'Bearer realm="api"'
    if (this.status === 401) return 'Bearer realm="api", error="invalid_token"'
    return this.code === 'permission_denied' ? 'Bearer realm="api", error="insufficient_scope"' : ''
  }
}
