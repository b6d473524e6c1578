import { findAccount } from '../../accounts/account-store.ts'
import type { AuditOrigin } from '../../audit/events.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../../sessions/session.ts'
import { findSession, listSessionsOfAccount, listUnendedSessions } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import { endAllAndRecord, endAndRecord } from './end-session.ts'

/** How many sessions one transaction ends, so that no request waits for it long. */
const BATCH = 500

/** A session, and why it is over; undefined while it lives. */
export type ListedSession = { session: Session; endReason: SessionEndReason | undefined }

/** `over`: somebody had ended it before. `unknown`: there is no such session, or it was deleted long after its end. */
type EndSessionOutcome = { kind: 'ended' | 'over' | 'unknown' }

/** What administrators do to sessions of others. What is ended is refused from the next request on, on every process. */
export type ManageSessions = {
  /** All sessions of an account that are still kept, newest first, those that are over included. */
  list(accountId: number): Promise<ListedSession[]>
  end(sessionId: string, origin: AuditOrigin): Promise<EndSessionOutcome>
  /**
   * Ends whatever nobody has ended yet, also what has expired: by LEEWAY it may live on for a moment.
   *
   * @returns how many
   */
  endAllOfAccount(accountId: number, origin: AuditOrigin): Promise<number>
  /**
   * The same for all accounts, and the sessions that there are when it begins: for a database restored from a backup,
   * which knows nothing of what has ended since it was made.
   *
   * @returns how many
   */
  endAll(origin: AuditOrigin): Promise<number>
}

type ManageSessionsParts = {
  database: Database
  clock: Clock
  settings: { endSessionsOnDeactivation: boolean }
}

export function createManageSessions({ database, clock, settings }: ManageSessionsParts): ManageSessions {
  return {
    async list(accountId) {
      const now = clock.now()
      const account = await findAccount(database.read, accountId)
      const sessions = await listSessionsOfAccount(database.read, accountId, { withEnded: true })
      return sessions.map((session) => ({ session, endReason: sessionEnd(session, account, now, settings) }))
    },
    async end(sessionId, origin) {
      const now = clock.now()
      return database.inTransaction(async (tx): Promise<EndSessionOutcome> => {
        const session = await findSession(tx, sessionId)
        if (session === undefined) return { kind: 'unknown' }
        return { kind: (await endAndRecord(tx, session, 'administrator', origin, now)) ? 'ended' : 'over' }
      })
    },
    async endAllOfAccount(accountId, origin) {
      const now = clock.now()
      const sessions = { accountId, reason: 'administrator' } as const
      return database.inTransaction(async (tx) => (await endAllAndRecord(tx, sessions, origin, now)).length)
    },
    async endAll(origin) {
      const now = clock.now()
      let total = 0
      let afterId = ''
      for (;;) {
        const sessions = await listUnendedSessions(database.read, afterId, BATCH)
        total += await database.inTransaction(async (tx) => {
          let ended = 0
          for (const session of sessions) {
            if (await endAndRecord(tx, session, 'administrator', origin, now)) ended++
          }
          return ended
        })
        const last = sessions.at(-1)
        if (last === undefined || sessions.length < BATCH) return total
        afterId = last.id
      }
    },
  }
}
