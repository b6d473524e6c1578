/**
 * Every reason for which Latchkey refuses a request. Said once: each HTTP contract maps all of them (or does not
 * compile), and the manual lists them.
 */
export const errorCodes = [
  'invalid_request',
  'not_authenticated',
  'bad_authorization_header',
  'token_not_valid',
  'token_revoked',
  'token_without_expiry',
  'token_without_id',
  'token_without_type',
  'token_of_wrong_type',
  'token_without_account',
  'account_not_found',
  'account_inactive',
  'no_active_account',
  'no_active_account_for_token',
  'permission_denied',
  'not_found',
  'method_not_allowed',
  'not_acceptable',
  'unsupported_media_type',
  'payload_too_large',
  'throttled',
  'registration_closed',
  'overloaded',
  'unavailable',
  'internal_error',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Facts a refusal carries for the answer; which of them a contract shows is the contract's business. */
export type ErrorFacts = {
  /** For the log only, never in an answer. Holds no secret, token or password. */
  detail?: string
  /** Whole seconds after which it is worth trying again (`throttled`, `overloaded`). */
  retryAfterSeconds?: number
  cause?: unknown
}

/** A refusal: something the caller did, or may not do. Bugs are ordinary errors. */
export class AuthError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail === undefined ? code : `${code}: ${facts.detail}`, { cause: facts.cause })
    this.name = 'AuthError'
    this.code = code
    this.detail = facts.detail
    this.retryAfterSeconds = facts.retryAfterSeconds
  }
}
