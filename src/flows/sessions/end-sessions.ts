import { holdLogins } from '../../accounts/account-state-store.ts'
import { AuthError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { countMarkedSessions, markAllSessions } from '../../sessions/all-sessions-store.ts'
import type { SessionEndReason } from '../../sessions/session.ts'
import { findSession, findSessions } from '../../sessions/session-store.ts'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { auditOriginOf, commandLine, type Manager, type Owner } from '../rights/actor.ts'
import { admit, findProtected, refuseProtected } from '../rights/authority.ts'
import { endAllAndRecord, endAndRecord, endEachAndRecord } from './end-session.ts'

/**
 * Ends sessions, for actors who may do so. Every process refuses their tokens from the next request on. If several
 * actors end one session, the first reason stays. Owners end their own sessions: the current one with the reason
 * `logout`, others with `logged_out_elsewhere`. Managers end other users' sessions with the reason `administrator`. An
 * administrator needs `sessions.delete`, and cannot reach accounts with more rights.
 */
export type EndSessions = {
  /**
   * Ends one session.
   *
   * @returns false if it had already ended
   * @throws AuthError `not_found` if it does not exist, or is not the owner's; `permission_denied`
   */
  one(sessionId: string, actor: Owner | Manager): Promise<boolean>
  /**
   * Ends these sessions, a few hundred at most, except those that the manager must not end.
   *
   * @returns how many ended, and how many the manager must not end
   * @throws AuthError `permission_denied` if the manager may end none
   */
  several(sessionIds: readonly string[], manager: Manager): Promise<{ ended: number; failed: number }>
  /**
   * Ends all sessions of an account that nobody has ended, including expired ones: LEEWAY may keep those alive for a
   * moment.
   *
   * @returns how many
   * @throws AuthError `permission_denied`
   */
  ofAccount(accountId: number, actor: Owner | Manager): Promise<number>
  /**
   * Ends all sessions of an owner except the current one. If two sessions end each other at the same moment, one stays.
   *
   * @returns how many
   * @throws AuthError `token_revoked` if somebody ended the owner's current session in between
   */
  others(owner: Owner): Promise<number>
  /**
   * Ends the sessions of all accounts at once, by one mark. A server updates and records their rows afterwards, in
   * batches: this one, or the next one that starts. Only the command line may do this. It is for a database restored
   * from a backup, which does not know what has ended since.
   *
   * @returns how many
   */
  everywhere(): Promise<number>
}

export function createEndSessions({ database, clock }: { database: Database; clock: Clock }): EndSessions {
  async function reasonFor(
    tx: Transaction,
    { id, accountId }: { id: string; accountId: number },
    actor: Owner | Manager,
  ): Promise<SessionEndReason> {
    if (actor.kind !== 'owner') {
      await admitManager(tx, accountId, actor)
      return 'administrator'
    }
    if (accountId !== actor.caller.account.id) throw new AuthError('not_found')
    return id === actor.caller.sessionId ? 'logout' : 'logged_out_elsewhere'
  }

  async function endOthersIn(tx: Transaction, owner: Owner, now: number): Promise<number> {
    const { account, sessionId } = owner.caller
    const others = { accountIds: [account.id], reason: 'logged_out_elsewhere', keptId: sessionId } as const
    return (await endAllAndRecord(tx, others, auditOriginOf(owner), now)).get(account.id) ?? 0
  }

  async function endAllOwn(tx: Transaction, owner: Owner, now: number): Promise<number> {
    const ended = await endOthersIn(tx, owner, now)
    const { sessionId } = owner.caller
    const own = sessionId === undefined ? undefined : await findSession(tx, sessionId)
    const isOwn = own?.accountId === owner.caller.account.id
    return own !== undefined && isOwn && (await endAndRecord(tx, own, 'logout', auditOriginOf(owner), now))
      ? ended + 1
      : ended
  }

  return {
    async one(sessionId, actor) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        const session = await findSession(tx, sessionId)
        if (session === undefined) throw new AuthError('not_found')
        const reason = await reasonFor(tx, session, actor)
        return endAndRecord(tx, session, reason, auditOriginOf(actor), now)
      })
    },
    async several(sessionIds, manager) {
      const now = clock.now()
      const origin = auditOriginOf(manager)
      return database.inTransaction(async (tx) => {
        const by = await admit(tx, manager, 'sessions.delete')
        // Some may have been deleted after they were listed.
        const sessions = await findSessions(tx, sessionIds)
        const accountIds = new Set(sessions.map(({ accountId }) => accountId))
        const outOfReach = await findProtected(tx, by, [...accountIds])
        const reached = sessions.filter(({ accountId }) => !outOfReach.has(accountId))
        const ended = await endEachAndRecord(tx, reached, 'administrator', origin, now)
        return { ended, failed: sessions.length - reached.length }
      })
    },
    async ofAccount(accountId, actor) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        if (actor.kind === 'owner') return endAllOwn(tx, actor, now)
        await admitManager(tx, accountId, actor)
        const all = { accountIds: [accountId], reason: 'administrator' } as const
        return (await endAllAndRecord(tx, all, auditOriginOf(actor), now)).get(accountId) ?? 0
      })
    },
    async others(owner) {
      const now = clock.now()
      return database.inTransaction(async (tx) => {
        const { account, sessionId } = owner.caller
        await holdLogins(tx, [account.id])
        const own = sessionId === undefined ? undefined : await findSession(tx, sessionId)
        if (own?.endedAt !== undefined) throw new AuthError('token_revoked', { endReason: own.endReason })
        return endOthersIn(tx, owner, now)
      })
    },
    async everywhere() {
      const marked = await database.inTransaction((tx) => markAllSessions(tx, auditOriginOf(commandLine), clock.now()))
      return countMarkedSessions(database.read, marked)
    },
  }
}

async function admitManager(tx: Transaction, accountId: number, manager: Manager): Promise<void> {
  await refuseProtected(tx, await admit(tx, manager, 'sessions.delete'), accountId)
}
