import { type Selectable, sql } from 'kysely'
import { ownedRows } from '../storage/owned-rows.ts'
import { preparedChange, preparedReturning, type Queryable, type Transaction } from '../storage/prepared.ts'
import type { GroupsTable } from '../storage/tables.ts'
import { type Group, groupNameKey } from './group.ts'

const insert = preparedReturning((db, name: string, name_key: string, description: string, created_at: number) =>
  db
    .insertInto('groups')
    .values({ name, name_key, description, created_at })
    .onConflict((conflict) => conflict.column('name_key').doNothing())
    .returningAll(),
)

/** Creates a group without permissions. Undefined if its name is taken. */
export async function createGroup(
  db: Transaction,
  { name, description }: Pick<Group, 'name' | 'description'>,
  now: number,
): Promise<Group | undefined> {
  const [row] = await insert(db, name, groupNameKey(name), description, now)
  return row && toGroup(row, [])
}

const existing = (db: Queryable) => db.selectFrom('groups').selectAll().where('deleted_at', 'is', null)

/** The group with this id. */
export async function findGroup(db: Queryable, id: number): Promise<Group | undefined> {
  const row = await existing(db).where('id', '=', id).executeTakeFirst()
  return row && (await withPermissions(db, [row]))[0]
}

/** The existing ones of these groups. */
export async function findGroups(db: Queryable, ids: readonly number[]): Promise<Group[]> {
  if (ids.length === 0) return []
  const rows = await existing(db).where('id', 'in', ids).orderBy('id').execute()
  return withPermissions(db, rows)
}

/** The ids of the groups with these names, by the requested name. Names without a group are left out. */
export async function findGroupIds(db: Queryable, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map()
  const rows = await db
    .selectFrom('groups')
    .select(['id', 'name_key'])
    .where('name_key', 'in', names.map(groupNameKey))
    .execute()
  const ids = new Map(rows.map(({ id, name_key }) => [name_key, id]))
  return new Map(
    names.flatMap((name) => {
      const id = ids.get(groupNameKey(name))
      return id === undefined ? [] : [[name, id] as const]
    }),
  )
}

/** Which groups to list: those after `afterId`, by id, with `search` anywhere in the name, in any case. */
export type GroupSearch = { afterId: number; search?: string | undefined; limit: number }

export async function listGroups(db: Queryable, { afterId, search = '', limit }: GroupSearch): Promise<Group[]> {
  const listed = existing(db).where('id', '>', afterId).orderBy('id').limit(limit)
  const key = groupNameKey(search.trim()).replace(/[!%_]/g, '!$&')
  const rows = await (key === ''
    ? listed
    : listed.where(sql<boolean>`name_key like ${`%${key}%`} escape '!'`)
  ).execute()
  return withPermissions(db, rows)
}

/** Whether another group has a name that counts as the same. */
export async function isGroupNameTaken(db: Queryable, name: string, exceptId: number): Promise<boolean> {
  const row = await db
    .selectFrom('groups')
    .select('id')
    .where('name_key', '=', groupNameKey(name))
    .where('id', '!=', exceptId)
    .executeTakeFirst()
  return row !== undefined
}

const rewrite = preparedChange((db, id: number, name: string, name_key: string, description: string) =>
  db.updateTable('groups').set({ name, name_key, description }).where('id', '=', id),
)

/** Changes the name and description of a group. The name must be free. */
export async function renameGroup(
  db: Transaction,
  id: number,
  { name, description }: Pick<Group, 'name' | 'description'>,
): Promise<void> {
  await rewrite(db, id, name, groupNameKey(name), description)
}

const memberships = ownedRows({ owners: 'groups', rows: 'account_groups', owner: 'group_id', key: 'account_id' })

/**
 * Deletes a group and its memberships. If there are very many, it disappears at once for everybody, its name becomes
 * free, and `removeDeletedGroups` deletes the rows in batches.
 */
export async function deleteGroup(db: Transaction, id: number, now: number): Promise<void> {
  if (!(await memberships.areMany(db, id))) {
    await db.deleteFrom('groups').where('id', '=', id).execute()
    return
  }
  await db.deleteFrom('group_permissions').where('group_id', '=', id).execute()
  await db
    .updateTable('groups')
    // No name key begins with a space.
    .set({ name: '', description: '', name_key: ` ${id}`, deleted_at: now })
    .where('id', '=', id)
    .execute()
}

/** Deletes memberships of deleted groups, some at a time, and then these groups; see `ownedRows`. */
export const removeDeletedGroups = memberships.removeOfDeleted

async function withPermissions(db: Queryable, rows: readonly Selectable<GroupsTable>[]): Promise<Group[]> {
  if (rows.length === 0) return []
  const granted = await db
    .selectFrom('group_permissions')
    .selectAll()
    .where(
      'group_id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  return rows.map((row) => {
    const own = granted.filter(({ group_id }) => group_id === row.id).map(({ permission }) => permission)
    return toGroup(row, own.sort())
  })
}

function toGroup(row: Selectable<GroupsTable>, permissions: readonly string[]): Group {
  return { id: row.id, name: row.name, description: row.description, permissions, createdAt: row.created_at }
}

/**
 * Computes the keys of names again that an older version wrote by another rule, in the caller's transaction. A key that
 * another group has stays as it is: both groups keep their names, and no third one gets either.
 */
export async function renewGroupNameKeys(tx: Transaction): Promise<void> {
  const groups = await existing(tx).orderBy('id').execute()
  const keys = new Set(groups.map((group) => group.name_key))
  for (const { id, name, name_key } of groups) {
    const key = groupNameKey(name)
    if (key === name_key || keys.has(key)) continue
    keys.add(key)
    await tx.updateTable('groups').set({ name_key: key }).where('id', '=', id).execute()
  }
}
