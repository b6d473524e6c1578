import { findLatestId } from '../../accounts/account-id-store.ts'
import type { AccountFilter } from '../../accounts/search/account-search.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { Database } from '../../storage/database.ts'
import type { AccountAdministration } from '../accounts/account-administration.ts'
import type { Administrator } from '../rights/actor.ts'
import type { GroupAdministration } from '../rights/groups.ts'
import { type AccountAction, neededFor } from './account-actions.ts'
import type { ActionFailure, ApplyToList } from './apply-to-list.ts'
import type { StartLongRun } from './long-runs.ts'

/**
 * The accounts to change: these, or all that match when the run begins. `afterId`: only those with a larger id, to
 * continue where another run stopped. 0: all.
 */
type AllAccounts = ({ ids: readonly number[] } | { filter: AccountFilter }) & { afterId: number }

/** The progress of a run. */
export type RunProgress = {
  /** How many accounts have been changed so far. */
  done: number
  /** How many needed no change. */
  unchanged: number
  /** Those that failed since the last report. */
  failed: ActionFailure[]
  /** All accounts up to this id are done, in the order of ids. */
  lastId: number
  /** How far the run has got, from 0 to 1. */
  share: number
}

/**
 * Applies one action to many accounts, in the order of their ids and in steps of a hundred. `StartLongRun` says how a
 * run works, ends and is recorded.
 *
 * @throws AuthError `permission_denied`, `not_found` for an unknown group, `overloaded`. The reports throw what stops a
 *   run: `permission_denied`, `account_inactive`, `account_not_found`, `token_revoked` if the administrator may not
 *   continue; `unavailable` if the server stops
 */
export type ApplyToAll = (
  action: AccountAction,
  accounts: AllAccounts,
  administrator: Administrator,
) => Promise<AsyncIterable<RunProgress>>

type ApplyToAllParts = {
  database: Database
  applyToList: ApplyToList
  accounts: Pick<AccountAdministration, 'search'>
  groups: Pick<GroupAdministration, 'get'>
  startLongRun: StartLongRun
}

/** How many accounts one step changes. */
const STEP = 100
/** The refusal of a change if the administrator's own account no longer exists or is inactive. */
const LOST: ReadonlySet<ErrorCode> = new Set(['account_not_found', 'account_inactive'])

export function createApplyToAll({
  database,
  applyToList,
  accounts,
  groups,
  startLongRun,
}: ApplyToAllParts): ApplyToAll {
  async function* portions(wanted: AllAccounts): AsyncGenerator<{ ids: readonly number[]; share: number }> {
    if ('ids' in wanted) {
      const ids = [...new Set(wanted.ids)].filter((id) => id > wanted.afterId).sort((one, other) => one - other)
      for (let start = 0; start < ids.length; start += STEP) {
        yield { ids: ids.slice(start, start + STEP), share: Math.min(1, (start + STEP) / ids.length) }
      }
      return
    }
    // Accounts that are created meanwhile have larger ids. The run does not include them.
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

  return async (action, wanted, by) => {
    if ('groupId' in action) await groups.get(action.groupId)
    const count = { done: 0, unchanged: 0 }
    let failures = 0
    return startLongRun({
      action: action.kind,
      needed: neededFor[action.kind],
      by,
      counts: () => ({ ...count, failed: failures }),
      async *steps(check) {
        for await (const { ids, share } of portions(wanted)) {
          await check()
          const outcome = await applyToList(action, ids, by)
          const lost = outcome.failed.find(({ code }) => LOST.has(code))
          const failed = outcome.failed.filter(({ code }) => !LOST.has(code))
          count.done += outcome.done
          count.unchanged += outcome.unchanged
          failures += failed.length
          yield { ...count, failed, lastId: ids.at(-1) ?? 0, share }
          if (lost !== undefined)
            throw new AuthError(lost.code, {
              detail: "the administrator's session or permission has ended in the meantime",
            })
        }
      },
    })
  }
}
