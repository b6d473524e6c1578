import { type Expression, sql } from 'kysely'
import { prepared, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { GroupName, HeldRights } from './group.ts'

const permissionsOf = prepared((db, accountId: number) =>
  db
    .selectFrom('account_permissions')
    .select('permission')
    .where('account_id', '=', accountId)
    .union(
      db
        .selectFrom('account_groups')
        .innerJoin('group_permissions', 'group_permissions.group_id', 'account_groups.group_id')
        .select('group_permissions.permission')
        .where('account_groups.account_id', '=', accountId),
    ),
)

/** All permissions of an account, its own and those of its groups. */
export async function findPermissions(db: Queryable, accountId: number): Promise<Set<string>> {
  return new Set((await permissionsOf(db, accountId)).map(({ permission }) => permission))
}

const ownPermissionsOf = prepared((db, accountId: number) =>
  db.selectFrom('account_permissions').select('permission').where('account_id', '=', accountId),
)
/**
 * One row for each permission that the account has directly, without a group, or through a group. A group may have
 * none.
 *
 * @param accountId a value, or a column of the statement that these rows become a part of
 */
export const heldRows = (db: Queryable, accountId: Expression<number>) =>
  db
    .selectFrom('account_permissions')
    .select((row) => [
      row.lit(null).$castTo<number | null>().as('id'),
      row.lit(null).$castTo<string | null>().as('name'),
      row.ref('permission').$castTo<string | null>().as('permission'),
    ])
    .where('account_id', '=', accountId)
    .unionAll(
      db
        .selectFrom('account_groups')
        .innerJoin('groups', 'groups.id', 'account_groups.group_id')
        .leftJoin('group_permissions', 'group_permissions.group_id', 'groups.id')
        .select(['groups.id', 'groups.name', 'group_permissions.permission'])
        .where('account_groups.account_id', '=', accountId)
        .where('groups.deleted_at', 'is', null),
    )

const heldBy = prepared((db, accountId: number) => heldRows(db, sql`${accountId}`))

/** One of these rows. */
export type HeldRow = { id: number | null; name: string | null; permission: string | null }

/** The permissions of an account, and where each comes from. One statement. */
export async function findRights(db: Queryable, accountId: number): Promise<HeldRights> {
  return toHeldRights(await heldBy(db, accountId))
}

/** Converts the rows of one account. */
export function toHeldRights(rows: readonly HeldRow[]): HeldRights {
  const groups = new Map<number, GroupName>()
  for (const { id, name } of rows) if (id !== null) groups.set(id, { id, name: name ?? '' })
  const own = rows.flatMap(({ id, permission }) => (id === null && permission !== null ? [permission] : []))
  return {
    groups: [...groups.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    ownPermissions: own.sort(),
    permissions: new Set(rows.flatMap(({ permission }) => permission ?? [])),
  }
}

/** Every permission that any account or group has. */
export async function listGrantedPermissions(db: Queryable): Promise<string[]> {
  const rows = await db
    .selectFrom('account_permissions')
    .select('permission')
    .union(db.selectFrom('group_permissions').select('permission'))
    .execute()
  return rows.map(({ permission }) => permission)
}

/** The difference between two sets of permissions. */
type SetChange<Item> = { added: Item[]; removed: Item[] }

/** Replaces the permissions of a group. */
export async function setGroupPermissions(
  db: Transaction,
  groupId: number,
  permissions: readonly string[],
): Promise<SetChange<string>> {
  const rows = await db.selectFrom('group_permissions').select('permission').where('group_id', '=', groupId).execute()
  const change = difference(
    rows.map(({ permission }) => permission),
    permissions,
  )
  for (const permission of change.added) {
    await db.insertInto('group_permissions').values({ group_id: groupId, permission }).execute()
  }
  for (const permission of change.removed) {
    await db
      .deleteFrom('group_permissions')
      .where('group_id', '=', groupId)
      .where('permission', '=', permission)
      .execute()
  }
  return change
}

/** Replaces the account's own permissions. */
export async function setAccountPermissions(
  db: Transaction,
  accountId: number,
  permissions: readonly string[],
): Promise<SetChange<string>> {
  const rows = await ownPermissionsOf(db, accountId)
  const change = difference(
    rows.map(({ permission }) => permission),
    permissions,
  )
  for (const permission of change.added) {
    await db.insertInto('account_permissions').values({ account_id: accountId, permission }).execute()
  }
  for (const permission of change.removed) {
    await db
      .deleteFrom('account_permissions')
      .where('account_id', '=', accountId)
      .where('permission', '=', permission)
      .execute()
  }
  return change
}

function difference<Item>(before: readonly Item[], after: readonly Item[]): SetChange<Item> {
  const [old, wanted] = [new Set(before), new Set(after)]
  return { added: [...wanted.difference(old)], removed: [...old.difference(wanted)] }
}
