import type { AuthError, ErrorCode, FieldFault } from '../../errors.ts'
import { presentPendingLogin } from './pending-login.ts'

type ApiError = { status: number; title: string }

/** Every refusal in v1: the status and a sentence for people. The `code` is for programs and never changes. */
export const apiErrors = {
  invalid_request: { status: 400, title: 'The request is malformed.' },
  invalid_fields: { status: 400, title: 'Some fields are invalid.' },
  not_authenticated: { status: 401, title: 'An access token is required.' },
  bad_authorization_header: { status: 401, title: 'The Authorization header must have the form "Bearer TOKEN".' },
  token_not_valid: { status: 401, title: 'The token is invalid or has expired.' },
  token_revoked: { status: 401, title: 'The session of this token has ended.' },
  token_without_expiry: { status: 401, title: 'The token has no exp claim.' },
  token_without_id: { status: 401, title: 'The token has no jti claim.' },
  token_without_type: { status: 401, title: 'The token has no token_type claim.' },
  token_of_wrong_type: { status: 401, title: 'The token has the wrong type.' },
  token_without_account: { status: 401, title: 'The token does not identify an account.' },
  account_not_found: { status: 401, title: 'The account of this token no longer exists.' },
  account_inactive: { status: 401, title: 'The account of this token is inactive.' },
  no_active_account: { status: 401, title: 'No active account matches these credentials.' },
  no_active_account_for_token: { status: 401, title: 'The account of this token does not exist or is inactive.' },
  email_not_verified: { status: 403, title: 'Confirm the email address of this account first.' },
  second_factor_required: { status: 401, title: 'This account needs a second factor.' },
  second_factor_not_valid: { status: 401, title: 'This code or passkey is wrong, or was already used.' },
  challenge_not_valid: { status: 401, title: 'This took too long or failed too often. Start again.' },
  one_time_token_not_valid: { status: 400, title: 'The link is no longer valid. Request a new one.' },
  permission_denied: { status: 403, title: 'You do not have permission to do this.' },
  recent_login_required: { status: 403, title: 'This requires a recent login. Log in again and repeat the request.' },
  service_not_authenticated: { status: 401, title: 'A valid service credential is required.' },
  hook_refused: { status: 403, title: 'A rule of this service refused the request.' },
  csrf_check_failed: {
    status: 403,
    title: 'With cookies, the request needs an allowed Origin, and a JSON body or the header X-Latchkey-CSRF.',
  },
  cookies_need_https: { status: 400, title: 'Logging in with cookies requires a PUBLIC_URL with https.' },
  passkeys_unavailable: {
    status: 409,
    title: 'Passkeys need a PUBLIC_URL with a domain. They do not work with an IP address.',
  },
  factor_unavailable: { status: 409, title: 'This factor cannot be used here or by this account.' },
  factor_needed: { status: 409, title: 'This account must keep a second factor. Add another one first.' },
  too_many_factors: { status: 409, title: 'The account already has the maximum number of these. Remove one first.' },
  passkey_exists: { status: 409, title: 'This passkey is already registered.' },
  key_is_fixed: {
    status: 409,
    title: 'Tokens are signed with SECRET_KEY itself. Replace SECRET_KEY to replace the key.',
  },
  own_account: { status: 409, title: 'You cannot do this to your own account here. Use the paths under /api/v1/me.' },
  last_superuser: { status: 409, title: 'This is the last superuser. Create another one first.' },
  address_taken: {
    status: 409,
    title: 'Another account has confirmed this address. Log in to that account, or remove the address there first.',
  },
  no_mail: { status: 409, title: 'No mail can be sent to this account: it has no address, or MAIL_URL is not set.' },
  mail_done: { status: 409, title: 'This email was already sent or given up, and its content is deleted.' },
  not_found: { status: 404, title: 'Not found.' },
  method_not_allowed: { status: 405, title: 'This method is not allowed here.' },
  not_acceptable: { status: 406, title: 'The server can only respond with JSON.' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json.' },
  payload_too_large: { status: 413, title: 'The body is too large.' },
  throttled: { status: 429, title: 'Too many requests. Try again later.' },
  registration_closed: { status: 403, title: 'Registration is closed.' },
  overloaded: { status: 503, title: 'The server is busy. Try again later.' },
  unavailable: { status: 503, title: 'The service is temporarily unavailable.' },
  internal_error: { status: 500, title: 'Something went wrong on the server.' },
} as const satisfies Record<ErrorCode, ApiError>

/**
 * An error body (RFC 9457). `code` identifies the error. For an ended session it is the end reason. For a refusal by a
 * hook it is the hook's code, and `title` is the hook's message.
 */
type Problem = {
  type: string
  title: string
  status: number
  code: string
  /** With `second_factor_required` at a login: the factors that complete it, and for how many seconds it is valid. */
  challenge_token?: string
  factors?: readonly string[]
  enrollable?: readonly string[]
  expires_in?: number
  /** Where and how the session can prove itself again. */
  step_up?: { path: string; with: readonly string[] }
  /** With `invalid_fields`: each fault with its field (a JSON Pointer without the first slash) and its rule. */
  errors?: readonly FieldFault[]
}

/**
 * The status of a refusal in v1. Within a session, a missing second factor is 403: the token is valid, and clients must not
 * refresh it.
 */
export function statusOf({ code, pendingLogin }: AuthError): number {
  return code === 'second_factor_required' && pendingLogin === undefined ? 403 : apiErrors[code].status
}

/** A refusal as a problem. Its `detail` never leaves the server. */
export function problemOf(error: AuthError): Problem {
  const { title } = apiErrors[error.code]
  const status = statusOf(error)
  const { pendingLogin, stepUpWith } = error
  const code = error.endReason ?? error.hookRefusal?.code ?? error.code
  return {
    type: 'about:blank',
    title: error.hookRefusal?.message ?? title,
    status,
    code,
    ...(error.faults.length > 0 && { errors: error.faults }),
    ...(pendingLogin !== undefined && presentPendingLogin(pendingLogin)),
    ...(stepUpWith !== undefined && { step_up: { path: '/api/v1/me/step-up', with: stepUpWith } }),
  }
}

/** The same for services, with the `error` that clients of RFC 7009 and RFC 7662 expect (RFC 6749 §5.2). */
export function oauthProblemOf(error: AuthError): Problem & { error: string } {
  return { error: oauthErrorOf(apiErrors[error.code].status), ...problemOf(error) }
}

function oauthErrorOf(status: number): string {
  if (status === 401) return 'invalid_client'
  if (status < 500) return 'invalid_request'
  return status === 503 ? 'temporarily_unavailable' : 'server_error'
}
