import { AuthError } from '../../errors.ts'
import type { RefusedLogin } from './refuse-login.ts'

/** The refusal of a login. Only the log shows the reason. Exception: a user with the right password learns that the address is unconfirmed. */
export function loginRefusal({ reason }: RefusedLogin): AuthError {
  return new AuthError(reason === 'unverified_email' ? 'email_not_verified' : 'no_active_account', { detail: reason })
}
