import { findAccount } from '../../accounts/account-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../../sessions/session.ts'
import { listSessionsOfAccount } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'

/** A session, and why it ended; undefined while it is active. */
export type ListedSession = { session: Session; endReason: SessionEndReason | undefined }

type ListSessionsParts = {
  database: Database
  clock: Clock
  settings: { endSessionsOnDeactivation: boolean }
}

/** Lists all stored sessions of an account, newest first, including ended ones. */
export type ListSessions = (accountId: number) => Promise<ListedSession[]>

export function createListSessions({ database, clock, settings }: ListSessionsParts): ListSessions {
  return async (accountId) => {
    const now = clock.now()
    const account = await findAccount(database.read, accountId)
    const sessions = await listSessionsOfAccount(database.read, accountId, { withEnded: true })
    return sessions.map((session) => ({ session, endReason: sessionEnd(session, account, now, settings) }))
  }
}
