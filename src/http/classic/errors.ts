import type { AuthError, ErrorCode } from '../../errors.ts'
import { presentPendingLogin } from '../refusals/pending-login.ts'

/** How the classic contract answers a refusal: status, words, and a `code` if it has one (section 2). */
type ClassicError = { status: number; detail: string; code?: string }

const invalid = { status: 401, detail: 'Token is invalid or expired', code: 'token_not_valid' } as const

/** Every refusal in the words of Django REST framework and SimpleJWT. A missing one is a compile error. */
export const classicErrors = {
  invalid_request: { status: 400, detail: 'Malformed request.' },
  invalid_fields: { status: 400, detail: 'Invalid data.' },
  not_authenticated: { status: 401, detail: 'Authentication credentials were not provided.' },
  bad_authorization_header: {
    status: 401,
    detail: 'Authorization header must contain two space-delimited values',
    code: 'bad_authorization_header',
  },
  token_not_valid: invalid,
  token_revoked: { status: 401, detail: 'Token is blacklisted', code: 'token_not_valid' },
  token_without_expiry: { status: 401, detail: "Token has no 'exp' claim", code: 'token_not_valid' },
  token_without_id: { status: 401, detail: 'Token has no id', code: 'token_not_valid' },
  token_without_type: { status: 401, detail: 'Token has no type', code: 'token_not_valid' },
  token_of_wrong_type: { status: 401, detail: 'Token has wrong type', code: 'token_not_valid' },
  token_without_account: {
    status: 401,
    detail: 'Token contained no recognizable user identification',
    code: 'token_not_valid',
  },
  account_not_found: { status: 401, detail: 'User not found', code: 'user_not_found' },
  account_inactive: { status: 401, detail: 'User is inactive', code: 'user_inactive' },
  no_active_account: { status: 401, detail: 'No active account found with the given credentials' },
  // The same words as for any refused login, because these clients know no other refusal.
  email_not_verified: { status: 401, detail: 'No active account found with the given credentials' },
  second_factor_required: {
    status: 401,
    detail: 'A second factor is required to log in.',
    code: 'second_factor_required',
  },
  second_factor_not_valid: { status: 401, detail: 'Invalid second factor.', code: 'second_factor_not_valid' },
  challenge_not_valid: { status: 401, detail: 'The login has expired.', code: 'challenge_not_valid' },
  passkeys_unavailable: { status: 409, detail: 'Passkeys are not available.' },
  factor_unavailable: { status: 409, detail: 'This factor is not available.' },
  factor_needed: { status: 409, detail: 'The last second factor cannot be removed.' },
  too_many_factors: { status: 409, detail: 'There are too many of these.' },
  passkey_exists: { status: 409, detail: 'This passkey is already registered.' },
  one_time_token_not_valid: { status: 400, detail: 'The link is no longer valid.' },
  no_active_account_for_token: { status: 401, detail: 'No active account found for the given token.' },
  permission_denied: { status: 403, detail: 'You do not have permission to perform this action.' },
  recent_login_required: { status: 403, detail: 'Log in again to do this.', code: 'recent_login_required' },
  service_not_authenticated: { status: 401, detail: 'Invalid service credential.' },
  hook_refused: { status: 403, detail: 'You do not have permission to perform this action.' },
  csrf_check_failed: { status: 403, detail: 'CSRF Failed.' },
  cookies_need_https: { status: 400, detail: 'Cookies need https.' },
  key_is_fixed: { status: 409, detail: 'This key cannot be changed.' },
  own_account: { status: 409, detail: 'This cannot be done to your own account.' },
  last_superuser: { status: 409, detail: 'The last superuser cannot be removed.' },
  address_taken: { status: 409, detail: 'Another account has confirmed this address.' },
  no_mail: { status: 409, detail: 'No mail can be sent to this account.' },
  mail_done: { status: 409, detail: 'This mail was sent or given up already.' },
  not_found: { status: 404, detail: 'Not found.' },
  method_not_allowed: { status: 405, detail: 'Method not allowed.' },
  not_acceptable: { status: 406, detail: 'Could not satisfy the request Accept header.' },
  unsupported_media_type: { status: 415, detail: 'Unsupported media type in request.' },
  payload_too_large: { status: 413, detail: 'Request body is too large.' },
  throttled: { status: 429, detail: 'Request was throttled.' },
  registration_closed: { status: 403, detail: 'Registration is closed.' },
  overloaded: { status: 503, detail: 'The server is busy. Try again later.' },
  unavailable: { status: 503, detail: 'The service is temporarily unavailable.' },
  internal_error: { status: 500, detail: 'A server error occurred.' },
} as const satisfies Record<ErrorCode, ClassicError>

/**
 * The status of a refusal. Within a session, a missing second factor is a missing permission (403): after a 401,
 * clients would refresh their tokens, and be refused again.
 */
export function classicStatusOf(error: AuthError): number {
  return isAboutSession(error) ? 403 : classicErrors[error.code].status
}

/** Whether the second factor is missing in the session of the caller, rather than at a login. */
function isAboutSession({ code, pendingLogin }: AuthError): boolean {
  return code === 'second_factor_required' && pendingLogin === undefined
}

/** The body of a refusal. If it is about fields, it has their messages, like any field error (section 3). */
export function classicErrorBody(error: AuthError): Record<string, unknown> {
  if (error.hookRefusal !== undefined) return { detail: error.hookRefusal.message }
  const withMessages = error.faults.filter(({ message }) => message !== undefined)
  if (withMessages.length > 0) return Object.fromEntries(withMessages.map(({ field, message }) => [field, [message]]))
  const { detail, ...rest }: ClassicError = classicErrors[error.code]
  const seconds = error.retryAfterSeconds
  const wait =
    error.code === 'throttled' && seconds !== undefined
      ? ` Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`
      : ''
  return {
    detail: isAboutSession(error) ? 'A second factor is required to do this.' : detail + wait,
    ...(rest.code !== undefined && { code: rest.code }),
    ...(error.pendingLogin !== undefined && presentPendingLogin(error.pendingLogin)),
    ...(error.stepUpWith !== undefined && { step_up: { path: '/api/v1/me/step-up', with: error.stepUpWith } }),
  }
}

const tokenRefusals: ReadonlySet<ErrorCode> = new Set([
  'token_not_valid',
  'token_revoked',
  'token_without_expiry',
  'token_without_id',
  'token_without_type',
  'token_of_wrong_type',
])

/** The body if the refused token came in the `Authorization` header: the reason is part of a list of messages. */
export function classicHeaderTokenBody(error: AuthError): Record<string, unknown> {
  if (!tokenRefusals.has(error.code)) return classicErrorBody(error)
  return {
    detail: 'Given token not valid for any token type',
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message: classicErrors[error.code].detail }],
  }
}
