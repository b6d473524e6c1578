import type { AccountFilter } from '../../accounts/account-search.ts'
import { findAccounts } from '../../accounts/account-store.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { OwnPermission } from '../../permissions/permission.ts'
import type { Database, DatabaseKind } from '../../storage/database.ts'
import type { Administrator } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import type { GroupAdministration } from '../rights/groups.ts'
import type { EndSessions } from '../sessions/end-sessions.ts'
import type { AccountAdministration } from './account-administration.ts'

/** What is done to each of many accounts. */
export type ManyAction =
  | { kind: 'activate' | 'deactivate' | 'end_sessions' | 'delete' | 'mail_reset_link' | 'force_password_reset' }
  | { kind: 'add_to_group' | 'remove_from_group'; groupId: number }

/** Which accounts: these, or those that match, in the order of their ids, starting after `afterId`. */
export type ManyAccounts = { ids: readonly number[] } | { filter: AccountFilter; afterId: number; limit: number }

/** An account that could not be changed, and why. */
export type ManyFailure = { id: number; username: string | undefined; code: ErrorCode }

/** What became of them. */
export type ManyOutcome = {
  done: number
  /** How many were so already. */
  unchanged: number
  failed: ManyFailure[]
  /** The id after which the next request continues; undefined: all are done. */
  nextAfterId: number | undefined
}

/**
 * Does one thing to many accounts. Each account is a change of its own, through the flow for one account: with the same
 * rights, events and consequences. One that fails holds up none of the others.
 *
 * @throws AuthError `permission_denied` if the administrator may not do it to anybody
 */
export type ChangeMany = (
  action: ManyAction,
  accounts: ManyAccounts,
  administrator: Administrator,
) => Promise<ManyOutcome>

type ChangeManyParts = {
  database: Database
  accounts: Pick<AccountAdministration, 'search' | 'change' | 'remove' | 'passwords'>
  groups: Pick<GroupAdministration, 'get' | 'addMember' | 'removeMember'>
  endSessions: Pick<EndSessions, 'ofAccount'>
}

/** The right that each action takes. */
export const neededFor: Record<ManyAction['kind'], OwnPermission | 'superuser'> = {
  activate: 'accounts.change',
  deactivate: 'accounts.change',
  end_sessions: 'sessions.delete',
  delete: 'accounts.delete',
  mail_reset_link: 'accounts.change',
  force_password_reset: 'accounts.change',
  add_to_group: 'superuser',
  remove_from_group: 'superuser',
}

/**
 * How many accounts are changed at a time. On SQLite, they share one commit. On PostgreSQL, each would hold a connection of
 * the pool while it waits for the one before.
 */
const AT_ONCE: Record<DatabaseKind, number> = { sqlite: 16, postgres: 1 }

export function createChangeMany(parts: ChangeManyParts): ChangeMany {
  const { database, accounts, groups, endSessions } = parts

  /** @returns whether anything changed */
  async function changeOne(action: ManyAction, id: number, by: Administrator): Promise<boolean> {
    switch (action.kind) {
      case 'activate':
      case 'deactivate':
        return (await accounts.change(id, { isActive: action.kind === 'activate' }, by)).isChanged
      case 'end_sessions':
        return (await endSessions.ofAccount(id, by)) > 0
      case 'delete':
        await accounts.remove(id, by)
        return true
      case 'mail_reset_link':
        await accounts.passwords.mailResetLink(id, by)
        return true
      case 'force_password_reset':
        await accounts.passwords.forceReset(id, by)
        return true
      case 'add_to_group':
        return groups.addMember(action.groupId, id, by)
      case 'remove_from_group':
        return groups.removeMember(action.groupId, id, by)
    }
  }

  async function select(wanted: ManyAccounts): Promise<{ ids: readonly number[]; nextAfterId: number | undefined }> {
    if ('ids' in wanted) return { ids: [...new Set(wanted.ids)], nextAfterId: undefined }
    const after = wanted.afterId === 0 ? undefined : { value: wanted.afterId, id: wanted.afterId }
    const page = await accounts.search({ filter: wanted.filter, order: 'id', after, limit: wanted.limit })
    return { ids: page.accounts.map(({ id }) => id), nextAfterId: page.end?.id }
  }

  /** @returns whether it changed anything, or the code of the refusal */
  async function attempt(action: ManyAction, id: number, by: Administrator): Promise<boolean | ErrorCode> {
    try {
      return await changeOne(action, id, by)
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      return error.code
    }
  }

  return async (action, wanted, administrator) => {
    await database.inTransaction((tx) => admit(tx, administrator, neededFor[action.kind]))
    if ('groupId' in action) await groups.get(action.groupId)
    const { ids, nextAfterId } = await select(wanted)
    const count = { done: 0, unchanged: 0 }
    const failed: { id: number; code: ErrorCode }[] = []
    for (let start = 0; start < ids.length; start += AT_ONCE[database.kind]) {
      const some = ids.slice(start, start + AT_ONCE[database.kind])
      const outcomes = await Promise.all(
        some.map(async (id) => ({ id, was: await attempt(action, id, administrator) })),
      )
      for (const { id, was } of outcomes) {
        if (typeof was === 'string') failed.push({ id, code: was })
        else if (was) count.done++
        else count.unchanged++
      }
    }
    const accounts = await findAccounts(
      database.read,
      failed.map(({ id }) => id),
    )
    const named = failed.map(({ id, code }) => ({ id, username: accounts.get(id)?.username, code }))
    return { ...count, failed: named, nextAfterId }
  }
}
