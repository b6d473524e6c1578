import type { AccountFilter } from '../../accounts/search/account-search.ts'
import type { Database } from '../../storage/database.ts'
import type { AccountAdministration } from '../accounts/account-administration.ts'
import type { Administrator } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import type { GroupAdministration } from '../rights/groups.ts'
import { type AccountAction, neededFor } from './account-actions.ts'
import type { ApplyToList, ListOutcome } from './apply-to-list.ts'

/** The accounts to change: these, or those that match, in the order of their ids, starting after `afterId`. */
export type ChosenAccounts = { ids: readonly number[] } | { filter: AccountFilter; afterId: number; limit: number }

/**
 * Applies one action to as many accounts as one request changes. See `ApplyToList`. `nextAfterId` is the id after which
 * the next request continues; undefined: all are done.
 *
 * @throws AuthError `permission_denied` if the administrator may not do it to anybody; `not_found` for an unknown group
 */
export type ApplyToPage = (
  action: AccountAction,
  accounts: ChosenAccounts,
  administrator: Administrator,
) => Promise<ListOutcome & { nextAfterId: number | undefined }>

type ApplyToPageParts = {
  database: Database
  applyToList: ApplyToList
  accounts: Pick<AccountAdministration, 'search'>
  groups: Pick<GroupAdministration, 'get'>
}

export function createApplyToPage({ database, applyToList, accounts, groups }: ApplyToPageParts): ApplyToPage {
  async function select(wanted: ChosenAccounts): Promise<{ ids: readonly number[]; nextAfterId: number | undefined }> {
    if ('ids' in wanted) return { ids: [...new Set(wanted.ids)], nextAfterId: undefined }
    const after = wanted.afterId === 0 ? undefined : { value: wanted.afterId, id: wanted.afterId }
    const page = await accounts.search({ filter: wanted.filter, order: 'id', after, limit: wanted.limit })
    return { ids: page.accounts.map(({ id }) => id), nextAfterId: page.end?.id }
  }

  return async (action, wanted, administrator) => {
    await database.inTransaction((tx) => admit(tx, administrator, neededFor[action.kind]))
    if ('groupId' in action) await groups.get(action.groupId)
    const { ids, nextAfterId } = await select(wanted)
    return { ...(await applyToList(action, ids, administrator)), nextAfterId }
  }
}
