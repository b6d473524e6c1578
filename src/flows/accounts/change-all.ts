import { setImmediate as othersTurn } from 'node:timers/promises'
import { findLatestId } from '../../accounts/account-id-store.ts'
import type { AccountFilter } from '../../accounts/account-search.ts'
import { recordEvent } from '../../audit/audit-store.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { sessionEnd } from '../../sessions/session.ts'
import { findTokenHolder } from '../../sessions/token-holder-store.ts'
import type { Database } from '../../storage/database.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import type { GroupAdministration } from '../rights/groups.ts'
import type { AccountAdministration } from './account-administration.ts'
import { type ChangeMany, type ManyAction, type ManyFailure, neededFor } from './change-many.ts'

/**
 * Which accounts: these, or all that match when the run begins.
 *
 * `afterId`: only those with a larger id, to go on where another run stopped. 0: all.
 */
export type AllAccounts = ({ ids: readonly number[] } | { filter: AccountFilter }) & { afterId: number }

/** How far a run has come. */
export type RunProgress = {
  /** How many accounts have been changed so far. */
  done: number
  /** How many were so already. */
  unchanged: number
  /** Those that failed since the last report. */
  failed: ManyFailure[]
  /** Accounts up to this id are done, in the order of ids. */
  lastId: number
  /** How much of the way is behind it, from 0 to 1. */
  share: number
}

/**
 * Does one thing to all of many accounts, in the order of their ids and in steps of a hundred, so that other requests are
 * answered in between. It reports after each step. A run that its reader leaves stops after the current step. What is done
 * stays done.
 *
 * Before each step, it checks that the administrator's session still runs and that they still have the right. The events
 * `bulk.started` and `bulk.ended` frame the events of the accounts. A crash leaves the first without the second.
 *
 * @throws AuthError `permission_denied`, `not_found` for an unknown group, `overloaded` if too many runs are going on here.
 * The reports throw what stops a run: `permission_denied`, `account_inactive`, `account_not_found`, `token_revoked` if the
 * administrator may not go on; `unavailable` if the server stops
 */
export type ChangeAll = (
  action: ManyAction,
  accounts: AllAccounts,
  administrator: Administrator,
) => Promise<AsyncIterable<RunProgress>>

type ChangeAllParts = {
  database: Database
  clock: Clock
  changeMany: ChangeMany
  accounts: Pick<AccountAdministration, 'search'>
  groups: Pick<GroupAdministration, 'get'>
  /** Aborted when the server stops. */
  stopping: AbortSignal
  /** The runs that are going on here. Each resolves when it has written its last row. */
  running: Set<Promise<void>>
  settings: { checkSession: boolean; endSessionsOnDeactivation: boolean }
}

/** How many accounts one step changes. */
const STEP = 100
/** What a change is refused with if the administrator's own account is gone or inactive. */
const LOST: ReadonlySet<ErrorCode> = new Set(['account_not_found', 'account_inactive'])
/** How many runs go on in a process at a time. */
const MOST_RUNS = 4

export function createChangeAll(parts: ChangeAllParts): ChangeAll {
  const { database, clock, changeMany, accounts, groups, stopping, running, settings } = parts

  function refuseIfCrowded(): void {
    if (running.size >= MOST_RUNS) throw new AuthError('overloaded', { detail: `${MOST_RUNS} runs are going on` })
  }

  /** The access token was checked when the run began. Since then, the session may have ended. */
  async function checkSession({ account: { uid }, sessionId }: Administrator['caller']): Promise<void> {
    if (!settings.checkSession || sessionId === undefined) return
    const { account, session } = await findTokenHolder(database.read, { uid, sessionId })
    const endReason = session && sessionEnd(session, account, clock.now(), settings)
    if (session === undefined || endReason !== undefined) throw new AuthError('token_revoked', { endReason })
  }

  async function* steps(wanted: AllAccounts): AsyncGenerator<{ ids: readonly number[]; share: number }> {
    if ('ids' in wanted) {
      const ids = [...new Set(wanted.ids)].filter((id) => id > wanted.afterId).sort((one, other) => one - other)
      for (let start = 0; start < ids.length; start += STEP) {
        yield { ids: ids.slice(start, start + STEP), share: Math.min(1, (start + STEP) / ids.length) }
      }
      return
    }
    // Accounts that are created meanwhile have larger ids. Nobody meant them.
    const end = await findLatestId(database.read)
    let after = wanted.afterId === 0 ? undefined : { value: wanted.afterId, id: wanted.afterId }
    do {
      const page = await accounts.search({ filter: wanted.filter, order: 'id', after, limit: STEP })
      const ids = page.accounts.map(({ id }) => id).filter((id) => id <= end)
      const last = ids.at(-1)
      if (last === undefined) return
      after = page.end && { value: last, id: last }
      yield { ids, share: after === undefined ? 1 : last / end }
    } while (after !== undefined)
  }

  async function* run(action: ManyAction, wanted: AllAccounts, by: Administrator): AsyncGenerator<RunProgress> {
    const count = { done: 0, unchanged: 0 }
    let failures = 0
    let isComplete = false
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    try {
      // Others may have begun since this run was admitted.
      refuseIfCrowded()
      running.add(ended)
      for await (const { ids, share } of steps(wanted)) {
        if (stopping.aborted) throw new AuthError('unavailable', { detail: 'the server is stopping' })
        await checkSession(by.caller)
        const outcome = await changeMany(action, { ids }, by)
        const { done, unchanged } = outcome
        const lost = outcome.failed.find(({ code }) => LOST.has(code))
        const failed = outcome.failed.filter(({ code }) => !LOST.has(code))
        count.done += done
        count.unchanged += unchanged
        failures += failed.length
        yield { ...count, failed, lastId: ids.at(-1) ?? 0, share }
        if (lost !== undefined) throw new AuthError(lost.code, { detail: 'the administrator was barred meanwhile' })
        await othersTurn()
      }
      isComplete = true
    } finally {
      const facts = { accountId: undefined, action: action.kind, ...count, failed: failures, isComplete }
      try {
        await database.inTransaction((tx) =>
          recordEvent(tx, clock.now(), 'bulk.ended', { ...facts, origin: auditOriginOf(by) }),
        )
      } finally {
        running.delete(ended)
        end()
      }
    }
  }

  return async (action, wanted, by) => {
    if ('groupId' in action) await groups.get(action.groupId)
    refuseIfCrowded()
    await database.inTransaction(async (tx) => {
      await admit(tx, by, neededFor[action.kind])
      const facts = { accountId: undefined, action: action.kind }
      await recordEvent(tx, clock.now(), 'bulk.started', { ...facts, origin: auditOriginOf(by) })
    })
    return run(action, wanted, by)
  }
}
