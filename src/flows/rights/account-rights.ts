import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { findPermissions, findRights, listGrantedPermissions } from '../../permissions/grant-store.ts'
import type { GroupName } from '../../permissions/group.ts'
import { catalogue, type KnownPermission, mayDo } from '../../permissions/permission.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { RightsClaimNames, TokenRights } from '../../tokens/rights-claims.ts'

/** What an account may do, and from where it has that. */
export type AccountRights = {
  /** In the order of their names. */
  groups: readonly GroupName[]
  /** What it was given by itself, in the order of the names. */
  ownPermissions: readonly string[]
  /** All it may do, likewise; of a superuser everything there is. */
  permissions: readonly string[]
}

/**
 * Reads what the tokens of an account tell of its rights, in the transaction that issues them; undefined where they tell
 * nothing, which costs nothing.
 */
export type ReadTokenRights = (tx: Queryable, accountId: number) => Promise<TokenRights | undefined>

/** @param names GROUPS_CLAIM and PERMISSIONS_CLAIM */
export function createReadTokenRights(rights: Pick<Rights, 'of'>, names: RightsClaimNames): ReadTokenRights {
  const isTold = names.groupsClaim !== undefined || names.permissionsClaim !== undefined
  return async (tx, accountId) => {
    // Read again: whoever was demoted while their password was being checked gets no superuser's token any more.
    const account = isTold ? await findAccount(tx, accountId) : undefined
    if (account === undefined) return undefined
    const { groups, permissions } = await rights.of(account, tx)
    return { groups: groups.map(({ name }) => name), permissions }
  }
}

/** Reads who may do what. Nothing is remembered: a change counts from the next request on, on every process. */
export type Rights = {
  mayDo(account: Account, permission: string): Promise<boolean>
  /** @param db the transaction under way, if it is to count what that has changed */
  of(account: Account, db?: Queryable): Promise<AccountRights>
  /** What was given to an account, as its owner is told who asks for everything that is held about them. */
  heldBy(accountId: number): Promise<{ groups: readonly GroupName[]; user_permissions: readonly string[] }>
  /** Everything there is to be granted, in the order of the names. */
  known(db?: Queryable): Promise<KnownPermission[]>
}

/** @param others permissions that neither Latchkey asks for nor a deployment has granted yet */
export function createRights({ database, others }: { database: Database; others: readonly KnownPermission[] }): Rights {
  const known = async (db: Queryable = database.read) => catalogue(others, await listGrantedPermissions(db))
  return {
    async mayDo(account, permission) {
      const isPlain = account.isSuperuser || account.deactivatedAt !== undefined
      const held = isPlain ? new Set<string>() : await findPermissions(database.read, account.id)
      return mayDo(account, held, permission)
    },
    async of(account, db = database.read) {
      const { groups, ownPermissions, permissions } = await findRights(db, account.id)
      if (account.deactivatedAt !== undefined) return { groups, ownPermissions, permissions: [] }
      const all = account.isSuperuser ? (await known(db)).map(({ name }) => name) : [...permissions]
      return { groups, ownPermissions, permissions: all.sort() }
    },
    async heldBy(accountId) {
      const { groups, ownPermissions } = await findRights(database.read, accountId)
      return { groups, user_permissions: ownPermissions }
    },
    known,
  }
}
