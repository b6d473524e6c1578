import { AuthError } from '../errors.ts'
import type { Session } from './session.ts'

/**
 * The step-up rule: what must not be done with a token that somebody found lying about needs a session that began with a
 * login not long ago. Refreshing does not make a login recent.
 *
 * @param session undefined: nobody knows when the caller logged in, so they must again
 * @param maxAgeMs RECENT_LOGIN_LIFETIME
 * @throws AuthError `recent_login_required`
 */
export function requireRecentLogin(session: Session | undefined, now: number, maxAgeMs: number): void {
  // A session that another server's refresh token began has no proof of a login: nobody knows how long ago that was.
  const hasLogin = session !== undefined && session.endedAt === undefined && session.amr.length > 0
  if (!hasLogin || now - session.createdAt >= maxAgeMs) throw new AuthError('recent_login_required')
}
