import { AuthError } from '../../errors.ts'
import { type Session, sessionEnd } from '../../sessions/session.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Caller } from '../rights/actor.ts'

/**
 * The session of a caller, unless it has ended. Without CHECK_SESSION, nothing has checked it yet, and a token that
 * another server issued under the same key can name anybody's session.
 *
 * @returns undefined if the caller has no active session of their own; then nothing is known about what they have
 *   proven
 */
export async function findOwnSession(
  db: Queryable,
  { account, session, sessionId }: Caller,
  now: number,
  settings: { endSessionsOnDeactivation: boolean },
): Promise<Session | undefined> {
  if (session !== undefined) return session
  const found = sessionId === undefined ? undefined : await findSession(db, sessionId)
  const isOwn = found?.accountId === account.id
  return found !== undefined && isOwn && sessionEnd(found, account, now, settings) === undefined ? found : undefined
}

/**
 * Reads the session of a caller again, in the transaction of a change that must not outrun a new password or a logout
 * elsewhere.
 *
 * @throws AuthError `token_revoked` if it has ended since the request was admitted
 */
export async function insistOnOwnSession(
  db: Queryable,
  { account, sessionId }: Caller,
  now: number,
  settings: { endSessionsOnDeactivation: boolean },
): Promise<void> {
  const session = sessionId === undefined ? undefined : await findSession(db, sessionId)
  if (session?.accountId !== account.id) return
  const endReason = sessionEnd(session, account, now, settings)
  if (endReason !== undefined) throw new AuthError('token_revoked', { endReason })
}
