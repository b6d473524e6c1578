import { findAccount } from '../accounts/account-store.ts'
import { recordEvent } from '../audit/audit-store.ts'
import type { AuditOrigin } from '../audit/events.ts'
import type { Clock } from '../platform/clock.ts'
import { type Session, type SessionEndReason, sessionEnd } from '../sessions/session.ts'
import {
  endSessionsOfAccount,
  findSession,
  listSessionsOfAccount,
  listUnendedSessions,
} from '../sessions/session-store.ts'
import type { Database } from '../storage/database.ts'
import { endAndRecord } from './end-session.ts'

/** How many sessions one transaction ends, so that no request waits for it long. */
const BATCH = 500

/** A session, and why it is over; undefined while it lives. */
export type ListedSession = { session: Session; endReason: SessionEndReason | undefined }

/** `over`: it had ended before. `unknown`: there is no such session, or it was deleted long after its end. */
export type EndSessionOutcome = { kind: 'ended' | 'over' | 'unknown' }

/** What administrators do to sessions of others. What is ended is refused from the next request on, on every process. */
export type ManageSessions = {
  /** All sessions of an account that are still kept, newest first, those that are over included. */
  list(accountId: number): Promise<ListedSession[]>
  end(sessionId: string, origin: AuditOrigin): Promise<EndSessionOutcome>
  /** @returns how many lived until now */
  endAllOfAccount(accountId: number, origin: AuditOrigin): Promise<number>
  /**
   * Ends the sessions of all accounts that there are when it begins: after a backup was restored, which knows nothing of
   * what has ended since it was made.
   *
   * @returns how many lived until now
   */
  endAll(origin: AuditOrigin): Promise<number>
}

export type ManageSessionsParts = {
  database: Database
  clock: Clock
  settings: { endSessionsOnDeactivation: boolean }
}

export function createManageSessions({ database, clock, settings }: ManageSessionsParts): ManageSessions {
  return {
    async list(accountId) {
      const now = clock.now()
      const account = await findAccount(database.read, accountId)
      // Where a deactivation ends no sessions for good, those from before it live again with their account.
      const owner = account && !settings.endSessionsOnDeactivation ? { ...account, sessionsVoidAt: undefined } : account
      const sessions = await listSessionsOfAccount(database.read, accountId, { withEnded: true })
      return sessions.map((session) => ({ session, endReason: sessionEnd(session, owner, now) }))
    },
    async end(sessionId, origin) {
      const now = clock.now()
      return database.inTransaction(async (tx): Promise<EndSessionOutcome> => {
        const session = await findSession(tx, sessionId)
        if (session === undefined) return { kind: 'unknown' }
        if (!isUnexpired(session, now)) return { kind: 'over' }
        return { kind: (await endAndRecord(tx, session, 'administrator', origin, now)) ? 'ended' : 'over' }
      })
    },
    async endAllOfAccount(accountId, origin) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        const alive = (await listSessionsOfAccount(tx, accountId)).filter((session) => isUnexpired(session, now))
        const ended = new Set(await endSessionsOfAccount(tx, accountId, 'administrator', now))
        const endedAlive = alive.filter(({ id }) => ended.has(id))
        for (const { id: sessionId } of endedAlive) {
          await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason: 'administrator', origin })
        }
        return endedAlive.length
      })
    },
    async endAll(origin) {
      const now = clock.now()
      let total = 0
      let afterId = ''
      for (;;) {
        const sessions = await listUnendedSessions(database.read, afterId, BATCH)
        total += await database.inTransaction(async (tx) => {
          let ended = 0
          for (const session of sessions.filter((one) => isUnexpired(one, now))) {
            if (await endAndRecord(tx, session, 'administrator', origin, now)) ended++
          }
          return ended
        })
        afterId = sessions.at(-1)?.id ?? afterId
        if (sessions.length < BATCH) return total
      }
    },
  }
}
