import { indexPending } from '../accounts/account-words-store.ts'
import type { Database } from '../storage/database.ts'

/** How many accounts one transaction makes found by a search. */
const BATCH = 500

/** How many batches a start or an import waits for: about a second. A million accounts take minutes. */
const MOST_BATCHES = 20

/**
 * Makes accounts found that an older version or an import wrote. What one process has done, none does again. Housekeeping does
 * what is left, beside the requests.
 */
export async function indexPart(database: Database): Promise<void> {
  for (let turn = 0; turn < MOST_BATCHES; turn++) {
    if ((await database.inTransaction((tx) => indexPending(tx, BATCH))) < BATCH) return
  }
}
