import type { AccountFilter } from '../../../accounts/account-search.ts'
import type { Database } from '../../../storage/database.ts'
import type { Administrator } from '../../rights/actor.ts'
import { admit } from '../../rights/authority.ts'
import type { GroupAdministration } from '../../rights/groups.ts'
import type { AccountAdministration } from '../account-administration.ts'
import { type ManyAction, neededFor } from './bulk-actions.ts'
import type { ChangeEach, ManyOutcome } from './change-each.ts'

/** The accounts to change: these, or those that match, in the order of their ids, starting after `afterId`. */
export type ManyAccounts = { ids: readonly number[] } | { filter: AccountFilter; afterId: number; limit: number }

/**
 * Applies one action to some of many accounts. See `ChangeEach`. `nextAfterId` is the id after which the next request
 * continues; undefined: all are done.
 *
 * @throws AuthError `permission_denied` if the administrator may not do it to anybody; `not_found` for an unknown group
 */
export type ChangeMany = (
  action: ManyAction,
  accounts: ManyAccounts,
  administrator: Administrator,
) => Promise<ManyOutcome & { nextAfterId: number | undefined }>

type ChangeManyParts = {
  database: Database
  changeEach: ChangeEach
  accounts: Pick<AccountAdministration, 'search'>
  groups: Pick<GroupAdministration, 'get'>
}

export function createChangeMany({ database, changeEach, accounts, groups }: ChangeManyParts): ChangeMany {
  async function select(wanted: ManyAccounts): Promise<{ ids: readonly number[]; nextAfterId: number | undefined }> {
    if ('ids' in wanted) return { ids: [...new Set(wanted.ids)], nextAfterId: undefined }
    const after = wanted.afterId === 0 ? undefined : { value: wanted.afterId, id: wanted.afterId }
    const page = await accounts.search({ filter: wanted.filter, order: 'id', after, limit: wanted.limit })
    return { ids: page.accounts.map(({ id }) => id), nextAfterId: page.end?.id }
  }

  return async (action, wanted, administrator) => {
    await database.inTransaction((tx) => admit(tx, administrator, neededFor[action.kind]))
    if ('groupId' in action) await groups.get(action.groupId)
    const { ids, nextAfterId } = await select(wanted)
    return { ...(await changeEach(action, ids, administrator)), nextAfterId }
  }
}
