import type { Account } from '../../accounts/account.ts'
import { findAccountByUsername, listAccounts } from '../../accounts/account-store.ts'
import { findAccountByPresentedUid } from '../../accounts/names/presented-uid.ts'
import type { UsernameRule } from '../../accounts/names/username.ts'
import { AuthError } from '../../errors.ts'
import type { Database } from '../../storage/database.ts'
import type { Rights } from '../rights/account-rights.ts'
import type { Caller } from '../rights/actor.ts'

/** How many accounts are read at a time. */
const BATCH = 1_000
/** The most users in a list, unless the contract applies to the letter. */
const MOST = 1_000

/** How a path names a user. */
export type UserKey = { uid: string } | { username: string }

/** What users may see of each other, as in djoser: HIDE_USERS. */
export type ListUsers = {
  /**
   * The users that the caller may see, by ascending id: only the caller, or everybody. For an anonymous caller with
   * HIDE_USERS: none.
   */
  list(caller: Caller | undefined): Promise<Account[]>
  /** The user with this uid or name, for callers who may see everybody. @throws AuthError `not_found` */
  getShown(key: UserKey): Promise<Account>
  /**
   * The user with this uid or name.
   *
   * @throws AuthError `not_found`, for example if the caller may not see the user; `permission_denied`
   */
  get(caller: Caller, key: UserKey): Promise<Account>
  /** The same for a caller who wants to delete the user. @throws AuthError `not_found`, `permission_denied` */
  getToDelete(caller: Caller, key: UserKey): Promise<Account>
}

type ListUsersParts = {
  database: Database
  rights: Pick<Rights, 'mayDo'>
  usernameRule: UsernameRule
  settings: { hidesUsers: boolean; isStrict: boolean }
}

export function createListUsers({ database, rights, usernameRule, settings }: ListUsersParts): ListUsers {
  /** Staff see everybody. Without COMPATIBILITY, they also need the permission. */
  async function seesAll({ account }: Caller): Promise<boolean> {
    return account.isStaff && (!settings.isStrict || (await rights.mayDo(account, 'accounts.view')))
  }

  async function getShown(key: UserKey): Promise<Account> {
    const account =
      'uid' in key
        ? await findAccountByPresentedUid(database.read, key.uid)
        : await findAccountByUsername(database.read, key.username, usernameRule)
    if (account === undefined) throw new AuthError('not_found')
    return account
  }

  async function find(caller: Caller, key: UserKey, refusal: 'not_found' | 'permission_denied'): Promise<Account> {
    const account = await getShown(key)
    if (account.id === caller.account.id || (await seesAll(caller))) return account
    throw new AuthError(refusal)
  }

  return {
    async list(caller) {
      const seesEverybody = !settings.hidesUsers || (caller !== undefined && (await seesAll(caller)))
      if (!seesEverybody) return caller === undefined ? [] : [caller.account]
      const all: Account[] = []
      for (;;) {
        const page = await listAccounts(database.read, all.at(-1)?.id ?? 0, BATCH)
        all.push(...page)
        if (page.length < BATCH || (settings.isStrict && all.length >= MOST)) return all
      }
    },
    getShown,
    get: (caller, key) => find(caller, key, settings.hidesUsers ? 'not_found' : 'permission_denied'),
    getToDelete: (caller, key) => find(caller, key, 'permission_denied'),
  }
}
