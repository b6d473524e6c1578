/**
 * Every reason for which Latchkey refuses a request. Said once: each HTTP contract maps all of them (or does not
 * compile), and the manual lists them.
 */
export const errorCodes = [
  'invalid_request',
  'invalid_fields',
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
  'email_not_verified',
  'one_time_token_not_valid',
  'permission_denied',
  'recent_login_required',
  'service_not_authenticated',
  'csrf_check_failed',
  'hook_refused',
  'cookies_need_https',
  'key_is_fixed',
  'own_account',
  'last_superuser',
  'mail_done',
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

/** One fault of one field of a request: which field, which rule, and what the rule says in numbers. */
export type FieldFault = { field: string; fault: string; [fact: string]: unknown }

/** A rate limit that has no room left. */
export type ReachedLimit = { name: string; count: number; windowSeconds: number }

/** Facts a refusal carries for the answer; which of them a contract shows is the contract's business. */
export type ErrorFacts = {
  /** For the log only, never in an answer. Holds no secret, token or password. */
  detail?: string
  /** Whole seconds after which it is worth trying again (`throttled`, `overloaded`). */
  retryAfterSeconds?: number
  /** Which limit was reached, and how often it allows what in how long (`throttled`). */
  limit?: ReachedLimit
  /** Why the session is over, of the list of end reasons (`token_revoked`). */
  endReason?: string | undefined
  /** What the deployment itself has to say (`hook_refused`). */
  told?: { code: string; message: string }
  /** What is wrong with which field (`invalid_fields`). */
  faults?: readonly FieldFault[]
  cause?: unknown
}

/** A refusal: something the caller did, or may not do. Bugs are ordinary errors. */
export class AuthError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly limit: ReachedLimit | undefined
  readonly endReason: string | undefined
  readonly told: { code: string; message: string } | undefined
  readonly faults: readonly FieldFault[]

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail === undefined ? code : `${code}: ${facts.detail}`, { cause: facts.cause })
    this.name = 'AuthError'
    this.code = code
    this.detail = facts.detail
    this.retryAfterSeconds = facts.retryAfterSeconds
    this.limit = facts.limit
    this.endReason = facts.endReason
    this.told = facts.told
    this.faults = facts.faults ?? []
  }
}

/** The refusal of a request for one of its fields. */
export function fieldRefusal(field: string, fault: string, cause?: unknown): AuthError {
  return new AuthError('invalid_fields', { faults: [{ field, fault }], cause })
}

/** Lets a request pass whose fields are without fault. @throws AuthError `invalid_fields` */
export function refuseFaults(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw new AuthError('invalid_fields', { faults })
}
