import type { BulkLine, RequestInput } from '@latchkey/client'
import { withWords } from '../api/api.ts'
import { askForLines } from '../api/lines.ts'
import { Problem } from '../api/problem.ts'
import { loadRareWords } from '../api/rare-words.ts'
import { whenRecent } from '../session/step-up.ts'
import type { UserFilter } from './user-filter.ts'

export type BulkAction = RequestInput<'POST /admin/users/bulk/stream'>['body']['action']

/** The accounts to change: these, or all that match a filter. */
export type BulkAccounts = { ids: readonly number[] } | { filter: UserFilter }

export type BulkFailure = BulkLine['failed'][number]

/** How far a run has got. */
export type BulkProgress = {
  done: number
  unchanged: number
  failed: readonly BulkFailure[]
  /** From 0 to 1. */
  share: number
  /** Where to continue. */
  lastId: number | undefined
}

export const nothingDone: BulkProgress = { done: 0, unchanged: 0, failed: [], share: 0, lastId: undefined }

type Wanted = {
  action: BulkAction
  groupId: number | undefined
  accounts: BulkAccounts
  /** What an earlier run did before it stopped. */
  before: BulkProgress
}

/**
 * Applies one action to many accounts, in one request.
 *
 * @param advanced called after each hundred accounts
 * @param signal stops the run
 * @throws Problem why the run stopped early; what it had already done stays done
 */
export async function runBulk(
  { action, groupId, accounts, before }: Wanted,
  advanced: (progress: BulkProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const failed = [...before.failed]
  const seen: { last?: BulkLine } = {}
  const take = (line: BulkLine) => {
    seen.last = line
    failed.push(...line.failed)
    if (failed.length > 0) void loadRareWords()
    advanced({
      done: before.done + line.done,
      unchanged: before.unchanged + line.unchanged,
      failed,
      share: line.share,
      lastId: line.last_id ?? before.lastId,
    })
  }
  const body = {
    action,
    ...accounts,
    ...(groupId !== undefined && { group_id: groupId }),
    ...(before.lastId !== undefined && { after: before.lastId }),
  }
  await whenRecent(() => askForLines('/admin/users/bulk/stream', body, take, signal))
  // The page shows the reason for each account that failed.
  if (failed.length > 0) await loadRareWords()
  if (seen.last?.problem) throw await withWords(new Problem(seen.last.problem))
  if (seen.last?.end !== 'finished') throw new Problem({ status: 0, code: 'offline' })
}
