import { AuthError } from '../errors.ts'
import type { Session } from './session.ts'

/**
 * The step-up rule: operations that must not be possible with a stolen token need a session with a recent login.
 * Refreshing does not make a login recent; proving one's identity again in the session does.
 *
 * @param session undefined: nobody knows when the caller logged in, so they must log in again
 * @param maxAgeMs RECENT_LOGIN_LIFETIME
 * @param stepUpWith how the session can prove itself, for the refusal
 * @throws AuthError `recent_login_required`
 */
export function requireRecentLogin(
  session: Session | undefined,
  now: number,
  maxAgeMs: number,
  stepUpWith?: readonly string[],
): void {
  // A session that started with another server's refresh token has no login: nobody knows how long ago that was.
  const hasLogin = session !== undefined && session.endedAt === undefined && session.amr.length > 0
  if (!hasLogin || now - session.provenAt >= maxAgeMs) {
    throw new AuthError('recent_login_required', stepUpWith === undefined ? {} : { stepUpWith })
  }
}
