import type { Account } from '../../accounts/account.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { findPermissions, findRights, listGrantedPermissions } from '../../permissions/grant-store.ts'
import type { GroupName, HeldRights } from '../../permissions/group.ts'
import { catalogue, type KnownPermission, mayDo } from '../../permissions/permission.ts'
import type { Database } from '../../storage/database.ts'
import type { Queryable } from '../../storage/prepared.ts'
import type { RightsClaimNames, TokenRights } from '../../tokens/rights-claims.ts'
import type { Caller } from './actor.ts'

/** The rights of an account, and where they come from. */
export type AccountRights = {
  /** By name. */
  groups: readonly GroupName[]
  /** Its own permissions, by name. */
  ownPermissions: readonly string[]
  /** All its permissions, by name; for a superuser, every permission. */
  permissions: readonly string[]
}

/** Reads the rights that an account's tokens contain, in the transaction that issues them. */
export type ReadTokenRights = (db: Queryable, accountId: number) => Promise<TokenRights | undefined>

/**
 * @param names GROUPS_CLAIM and PERMISSIONS_CLAIM
 * @returns undefined if neither is set: tokens contain no rights
 */
export function createReadTokenRights(
  rights: Pick<Rights, 'of'>,
  { groupsClaim, permissionsClaim }: RightsClaimNames,
): ReadTokenRights | undefined {
  if (groupsClaim === undefined && permissionsClaim === undefined) return undefined
  return async (db, accountId) => {
    // Read again, so that an account that was demoted while its password was being checked gets no superuser's token.
    const account = await findAccount(db, accountId)
    if (account === undefined) return undefined
    const { groups, permissions } = await rights.of(account, db)
    return { groups: groups.map(({ name }) => name), permissions }
  }
}

/** Reads who has which rights. Nothing is cached: a change takes effect with the next request, on every process. */
export type Rights = {
  mayDo(account: Account, permission: string): Promise<boolean>
  /** @param db the current transaction, if its own changes must count */
  of(account: Account, db?: Queryable): Promise<AccountRights>
  /** The rights of a caller, without a statement if they were read together with the account. */
  ofCaller(caller: Caller): Promise<AccountRights>
  /** The rights of an account, for the export of everything stored about it. */
  heldBy(accountId: number): Promise<{ groups: readonly GroupName[]; user_permissions: readonly string[] }>
  /** Every permission that can be granted, by name. */
  known(db?: Queryable): Promise<KnownPermission[]>
}

/** @param others permissions that are neither Latchkey's own nor granted to anybody yet */
export function createRights({ database, others }: { database: Database; others: readonly KnownPermission[] }): Rights {
  const known = async (db: Queryable = database.read) => catalogue(others, await listGrantedPermissions(db))

  async function of(account: Account, db: Queryable = database.read): Promise<AccountRights> {
    return shown(account, await findRights(db, account.id), () => known(db))
  }

  return {
    async mayDo(account, permission) {
      const isPlain = account.isSuperuser || account.deactivatedAt !== undefined
      const held = isPlain ? new Set<string>() : await findPermissions(database.read, account.id)
      return mayDo(account, held, permission)
    },
    of,
    async ofCaller({ account, rights }) {
      if (rights === undefined) return of(account)
      return shown(account, rights, () => catalogue(others, rights.granted))
    },
    async heldBy(accountId) {
      const { groups, ownPermissions } = await findRights(database.read, accountId)
      return { groups, user_permissions: ownPermissions }
    },
    known,
  }
}

/** @param readAll reads every permission there is, which a superuser has */
async function shown(
  { isSuperuser, deactivatedAt }: Account,
  { groups, ownPermissions, permissions }: HeldRights,
  readAll: () => readonly KnownPermission[] | Promise<readonly KnownPermission[]>,
): Promise<AccountRights> {
  if (deactivatedAt !== undefined) return { groups, ownPermissions, permissions: [] }
  const all = isSuperuser ? (await readAll()).map(({ name }) => name) : [...permissions]
  return { groups, ownPermissions, permissions: all.sort() }
}
