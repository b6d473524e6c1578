import { indexPending } from '../../accounts/search/account-words-store.ts'
import type { Database } from '../../storage/database.ts'

/** How many accounts one transaction adds to the search. */
const BATCH = 500

/** How many batches a start or an import waits for: about a second of work. A million accounts take minutes. */
const MOST_BATCHES = 20

/**
 * Adds accounts to the search that an older version or an import has written. Processes do not repeat each other's
 * work. Housekeeping does the rest, beside the requests.
 */
export async function indexPart(database: Database): Promise<void> {
  for (let turn = 0; turn < MOST_BATCHES; turn++) {
    if ((await database.inTransaction((tx) => indexPending(tx, BATCH))) < BATCH) return
  }
}
