import type { RequestInput } from '@latchkey/client'
import { act } from '../administration/act.ts'
import type { UserFilter } from './user-filter.ts'

export type BulkAction = RequestInput<'POST /admin/users/bulk'>['body']['action']

/** These accounts, or all that match. */
export type BulkAccounts = { ids: readonly number[] } | { filter: UserFilter }

export type BulkFailure = { id: number; username: string | null; code: string }

/** How far it has come. */
export type BulkProgress = { done: number; unchanged: number; failed: readonly BulkFailure[] }

/** How many accounts a request is for: few enough that the progress is seen to move. */
const STEP = 100

type Wanted = { action: BulkAction; groupId: number | undefined; accounts: BulkAccounts }

/**
 * Does one thing to many accounts, some at a time.
 *
 * @param advanced is told after each request
 * @param signal stops it before the next request
 * @throws Problem if a request fails as a whole; what was done before stays done
 */
export async function runBulk(
  { action, groupId, accounts }: Wanted,
  advanced: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  let progress: BulkProgress = { done: 0, unchanged: 0, failed: [] }
  const common = { action, ...(groupId !== undefined && { group_id: groupId }) }

  async function step(which: object): Promise<number | null> {
    const body = { ...common, ...which }
    const { done, unchanged, failed, next } = await act('POST /admin/users/bulk', { body })
    progress = {
      done: progress.done + done,
      unchanged: progress.unchanged + unchanged,
      failed: [...progress.failed, ...failed],
    }
    advanced(progress)
    return next
  }

  if ('ids' in accounts) {
    for (let start = 0; start < accounts.ids.length && !signal.aborted; start += STEP) {
      await step({ ids: accounts.ids.slice(start, start + STEP) })
    }
    return
  }
  let after: number | null | undefined
  do {
    after = await step({ filter: accounts.filter, limit: STEP, ...(after !== undefined && { after }) })
  } while (after !== null && !signal.aborted)
}
