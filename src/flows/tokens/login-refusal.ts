import { AuthError } from '../../errors.ts'
import type { RefusedLogin } from './refuse-login.ts'

/** The refusal of a login. Only the log shows the reason, but for an address that whoever knows the password must confirm. */
export function loginRefusal({ reason }: RefusedLogin): AuthError {
  return new AuthError(reason === 'unverified_email' ? 'email_not_verified' : 'no_active_account', { detail: reason })
}
