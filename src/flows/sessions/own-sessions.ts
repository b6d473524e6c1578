import { holdLogins } from '../../accounts/account-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { Caller } from '../rights/actor.ts'
import { endAllAndRecord, endAndRecord } from './end-session.ts'

/**
 * What people do to their own sessions. What is ended is refused from the next request on, on every process. The caller's
 * own session ends with the reason `logout`, others with `logged_out_elsewhere`.
 */
export type OwnSessions = {
  /** Ends one session; nothing happens if it is over. @throws AuthError `not_found` also for sessions of others */
  end(caller: Caller, sessionId: string, origin: RequestOrigin): Promise<void>
  /**
   * Ends all but the caller's own. Of two that throw each other out at the same moment one stays.
   *
   * @returns how many
   * @throws AuthError `token_revoked` if somebody ended the caller's own session meanwhile
   */
  endOthers(caller: Caller, origin: RequestOrigin): Promise<number>
  /** Ends all of them. @returns how many */
  endAll(caller: Caller, origin: RequestOrigin): Promise<number>
}

export function createOwnSessions({ database, clock }: { database: Database; clock: Clock }): OwnSessions {
  async function endOthersIn(tx: Queryable, caller: Caller, origin: RequestOrigin, now: number): Promise<number> {
    const others = { accountId: caller.account.id, reason: 'logged_out_elsewhere', keptId: caller.sessionId } as const
    return (await endAllAndRecord(tx, others, actingAccount(caller.account.id, origin), now)).length
  }

  return {
    async end(caller, sessionId, origin) {
      const now = clock.now()
      const isFound = await database.inTransaction(async (tx) => {
        const session = await findSession(tx, sessionId)
        if (session?.accountId !== caller.account.id) return false
        const reason = sessionId === caller.sessionId ? 'logout' : 'logged_out_elsewhere'
        await endAndRecord(tx, session, reason, actingAccount(caller.account.id, origin), now)
        return true
      })
      if (!isFound) throw new AuthError('not_found')
    },
    async endOthers(caller, origin) {
      const now = clock.now()
      const outcome = await database.inTransaction(async (tx) => {
        await holdLogins(tx, caller.account.id)
        const own = caller.sessionId === undefined ? undefined : await findSession(tx, caller.sessionId)
        if (own?.endedAt !== undefined) return { kind: 'over', endReason: own.endReason } as const
        return { kind: 'ended', count: await endOthersIn(tx, caller, origin, now) } as const
      })
      if (outcome.kind === 'over') throw new AuthError('token_revoked', { endReason: outcome.endReason })
      return outcome.count
    },
    async endAll(caller, origin) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        const ended = await endOthersIn(tx, caller, origin, now)
        const own = caller.sessionId === undefined ? undefined : await findSession(tx, caller.sessionId)
        const actor = actingAccount(caller.account.id, origin)
        return own !== undefined && (await endAndRecord(tx, own, 'logout', actor, now)) ? ended + 1 : ended
      })
    },
  }
}
