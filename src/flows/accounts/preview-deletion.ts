import { countDependents, type Dependents } from '../../accounts/dependents-store.ts'
import { countSessions } from '../../sessions/session-search-store.ts'
import type { Database } from '../../storage/database.ts'
import { getAccount } from './get-account.ts'

/** Where counting stops: readers only want to know "none", "a few" or "many". */
export const DEPENDENTS_LIMIT = 1_000

/**
 * Counts what would be deleted together with an account, and the sessions that would end: those that nobody has ended.
 * Changes nothing.
 *
 * @throws AuthError `not_found`
 */
export type PreviewDeletion = (accountId: number) => Promise<Dependents & { sessions: number }>

export function createPreviewDeletion({ database }: { database: Database }): PreviewDeletion {
  return async (accountId) => {
    await getAccount(database.read, accountId, 'not_found')
    const sessions = await countSessions(database.read, { accountId, state: 'unended' }, DEPENDENTS_LIMIT)
    return { sessions, ...(await countDependents(database.read, accountId, DEPENDENTS_LIMIT)) }
  }
}
