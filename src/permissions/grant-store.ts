import { prepared, type Queryable } from '../storage/prepared.ts'
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

/** Everything an account was given, by its groups and by itself. */
export async function findPermissions(db: Queryable, accountId: number): Promise<Set<string>> {
  return new Set((await permissionsOf(db, accountId)).map(({ permission }) => permission))
}

const ownPermissionsOf = prepared((db, accountId: number) =>
  db.selectFrom('account_permissions').select('permission').where('account_id', '=', accountId),
)
const groupsOf = prepared((db, accountId: number) =>
  db
    .selectFrom('account_groups')
    .innerJoin('groups', 'groups.id', 'account_groups.group_id')
    .select(['groups.id', 'groups.name'])
    .where('account_groups.account_id', '=', accountId),
)

/** What an account was given, and from where. */
export async function findRights(db: Queryable, accountId: number): Promise<HeldRights> {
  const groups: GroupName[] = await groupsOf(db, accountId)
  const own = await ownPermissionsOf(db, accountId)
  return {
    groups: groups.sort((one, other) => (one.name < other.name ? -1 : 1)),
    ownPermissions: own.map(({ permission }) => permission).sort(),
    permissions: await findPermissions(db, accountId),
  }
}

/** Every permission that somebody or some group was granted. */
export async function listGrantedPermissions(db: Queryable): Promise<string[]> {
  const rows = await db
    .selectFrom('account_permissions')
    .select('permission')
    .union(db.selectFrom('group_permissions').select('permission'))
    .execute()
  return rows.map(({ permission }) => permission)
}

/** What a set was changed by. */
type SetChange<Item> = { added: Item[]; removed: Item[] }

/** Makes these, and no others, what the members of a group may do. */
export async function setGroupPermissions(
  db: Queryable,
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

/** Makes these, and no others, what an account is given by itself. */
export async function setAccountPermissions(
  db: Queryable,
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
