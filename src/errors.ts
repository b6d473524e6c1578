/**
 * Every reason why Latchkey refuses a request. This is the only list: each HTTP contract must map all codes (or does
 * not compile), and the manual lists them.
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
  'second_factor_required',
  'second_factor_not_valid',
  'challenge_not_valid',
  'one_time_token_not_valid',
  'permission_denied',
  'recent_login_required',
  'service_not_authenticated',
  'csrf_check_failed',
  'hook_refused',
  'cookies_need_https',
  'passkeys_unavailable',
  'factor_unavailable',
  'factor_needed',
  'too_many_factors',
  'passkey_exists',
  'key_is_fixed',
  'own_account',
  'last_superuser',
  'mail_done',
  'no_mail',
  'address_taken',
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

/** One fault of one field of a request: the field, the rule, and the numbers of the rule. */
export type FieldFault = { field: string; fault: string; [fact: string]: unknown }

/** A rate limit that has been reached. */
type ReachedLimit = { name: string; count: number; windowSeconds: number }

/** A login that waits for a second factor (`second_factor_required`). */
export type PendingLogin = {
  /** The challenge token. */
  token: string
  /** Any one of these will do. Empty: the login must enrol one of `enrollable` first. */
  factors: readonly string[]
  /** What can be enrolled with the challenge token, if the login must do so. */
  enrollable: readonly string[]
  expiresInSeconds: number
}

/** What a refusal carries for the response. Each contract decides what it shows. */
type ErrorFacts = {
  /** For the log only, never for the response. Contains no secret, token or password. */
  detail?: string
  /** Whole seconds after which it makes sense to try again (`throttled`, `overloaded`). */
  retryAfterSeconds?: number
  /** Which limit was reached: its name, count and window (`throttled`). */
  limit?: ReachedLimit
  /** Why the session ended: one of the end reasons (`token_revoked`). */
  endReason?: string | undefined
  /** The code and message of a hook (`hook_refused`). */
  hookRefusal?: { code: string; message: string }
  /** What is wrong with which field (`invalid_fields`). */
  faults?: readonly FieldFault[]
  /** What a login still needs (`second_factor_required`). */
  pendingLogin?: PendingLogin
  /** How the session can prove itself (`recent_login_required`, and `second_factor_required` within a session). */
  stepUpWith?: readonly string[]
  cause?: unknown
}

/** A refusal: something the caller did wrong or may not do. Bugs are ordinary errors. */
export class AuthError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly limit: ReachedLimit | undefined
  readonly endReason: string | undefined
  readonly hookRefusal: { code: string; message: string } | undefined
  readonly faults: readonly FieldFault[]
  readonly pendingLogin: PendingLogin | undefined
  readonly stepUpWith: readonly string[] | undefined

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail === undefined ? code : `${code}: ${facts.detail}`, { cause: facts.cause })
    this.name = 'AuthError'
    this.code = code
    this.detail = facts.detail
    this.retryAfterSeconds = facts.retryAfterSeconds
    this.limit = facts.limit
    this.endReason = facts.endReason
    this.hookRefusal = facts.hookRefusal
    this.faults = facts.faults ?? []
    this.pendingLogin = facts.pendingLogin
    this.stepUpWith = facts.stepUpWith
  }
}

/** A refusal because of one field of the request. */
export function fieldRefusal(field: string, fault: string, cause?: unknown): AuthError {
  return new AuthError('invalid_fields', { faults: [{ field, fault }], cause })
}

/** Passes if there are no faults. @throws AuthError `invalid_fields` */
export function refuseFaults(faults: readonly FieldFault[]): void {
  if (faults.length > 0) throw new AuthError('invalid_fields', { faults })
}
