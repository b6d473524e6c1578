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
