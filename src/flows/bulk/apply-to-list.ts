import { findAccounts } from '../../accounts/account-store.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { Database } from '../../storage/database.ts'
import type { Administrator } from '../rights/actor.ts'
import type { AccountAction } from './account-actions.ts'
import type { ActionOutcome, ApplyToBatch } from './apply-to-batch.ts'

/** An account that could not be changed, and why. */
export type ActionFailure = { id: number; username: string | undefined; code: ErrorCode }

/** The outcome for many accounts. */
export type ListOutcome = {
  done: number
  /** How many needed no change. */
  unchanged: number
  failed: ActionFailure[]
}

/**
 * Applies one action to each of these accounts, a batch at a time. One that fails does not stop the others. If the
 * administrator is deactivated after the first batch, the remaining accounts count as failed.
 *
 * @param ids each once
 * @throws AuthError `permission_denied`, `account_inactive`, `account_not_found` if the administrator may not do it to
 *   anybody
 */
export type ApplyToList = (
  action: AccountAction,
  ids: readonly number[],
  administrator: Administrator,
) => Promise<ListOutcome>

/** The most accounts that share a transaction. */
const BATCH = 100

export function createApplyToList({
  database,
  applyToBatch,
}: {
  database: Database
  applyToBatch: ApplyToBatch
}): ApplyToList {
  return async (action, ids, by) => {
    const outcomes = new Map<number, ActionOutcome>()
    while (outcomes.size < ids.length) {
      const batch = ids.slice(outcomes.size, outcomes.size + BATCH)
      try {
        for (const [id, outcome] of await applyToBatch(action, batch, by)) outcomes.set(id, outcome)
      } catch (error) {
        if (!(error instanceof AuthError) || outcomes.size === 0) throw error
        for (const id of batch) outcomes.set(id, error.code)
      }
    }
    const count = (which: boolean) => [...outcomes.values()].filter((outcome) => outcome === which).length
    return { done: count(true), unchanged: count(false), failed: await failuresOf(database, outcomes) }
  }
}

async function failuresOf(database: Database, outcomes: ReadonlyMap<number, ActionOutcome>): Promise<ActionFailure[]> {
  const refused = [...outcomes].flatMap(([id, outcome]) => (typeof outcome === 'string' ? [{ id, code: outcome }] : []))
  const accounts = await findAccounts(
    database.read,
    refused.map(({ id }) => id),
  )
  return refused.map(({ id, code }) => ({ id, username: accounts.get(id)?.username, code }))
}
