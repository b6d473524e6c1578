import { type ForeignDatabase, quotedName } from '../../storage/foreign/foreign-database.ts'
import {
  ForeignRefusal,
  type ForeignWriter,
  type Written,
  type WrittenValue,
} from '../../storage/foreign/foreign-writer.ts'
import type { ForeignAccount, ForeignGroup } from '../foreign-system.ts'
import type { FullMapping } from './guess-mapping.ts'
import { membershipTables } from './user-query.ts'

/** Writes the members of groups, and the permissions of users, into the tables that Django creates for them. */
export type RightsWriter = {
  /** All groups there, with the names of their permissions. */
  groups: readonly ForeignGroup[]
  /** Whether Django knows a permission of this name. */
  hasPermission(name: string): boolean
  /** Creates a group there. @returns it, with those of the permissions that Django knows. @throws ForeignRefusal */
  addGroup(name: string, permissions: readonly string[]): Promise<ForeignGroup>
  /**
   * Gives a user the groups and permissions of `account`.
   *
   * @param before the current ones there
   * @throws ForeignRefusal
   */
  write(account: ForeignAccount, before: Pick<ForeignAccount, 'groups' | 'permissions'>): Promise<void>
}

type Membership = { table: string; user: string; other: string }

/** @returns undefined if the project has no groups, or the mapping leaves them out */
export async function createRightsWriter(
  writer: ForeignWriter,
  described: Pick<ForeignDatabase, 'kind' | 'tables' | 'textOf'>,
  mapping: FullMapping,
  groups: readonly ForeignGroup[],
): Promise<RightsWriter | undefined> {
  const { groups: memberships, permissions: grants } = membershipTables(described, mapping)
  if (!mapping.groups || memberships === undefined) return undefined
  const ids = await permissionIds(writer, described)
  const known = [...groups]

  async function written(table: string, values: Readonly<Record<string, WrittenValue>>): Promise<Written[]> {
    const columns = await writer.columnsOf(table)
    return Object.entries(values).map(([name, value]) => {
      const column = columns.find((one) => one.name === name)
      if (column === undefined) throw new ForeignRefusal(`${table} has no column ${name}`)
      return { column, value }
    })
  }

  async function change({ table, user, other }: Membership, userKey: string, before: Set<string>, wanted: Set<string>) {
    for (const key of wanted.difference(before))
      await writer.insert(table, await written(table, { [user]: userKey, [other]: key }))
    for (const key of before.difference(wanted))
      await writer.remove(table, await written(table, { [user]: userKey, [other]: key }))
  }

  return {
    groups: known,
    hasPermission: (name) => grants !== undefined && ids.has(name),
    async addGroup(name, permissions) {
      await writer.insert('auth_group', await written('auth_group', { name }))
      const place = `'${name.replaceAll("'", "''")}'`
      const [row] = await writer.rows(`select cast(id as ${textType(writer)}) from auth_group where name = ${place}`)
      const key = row?.[0]
      if (key == null) throw new ForeignRefusal(`the group ${name} could not be created`)
      const granted = permissions.filter((permission) => ids.has(permission))
      for (const permission of granted) {
        const row = { group_id: key, permission_id: ids.get(permission) ?? '' }
        await writer.insert('auth_group_permissions', await written('auth_group_permissions', row))
      }
      const group = { key, name, permissions: granted }
      known.push(group)
      return group
    },
    async write(account, before) {
      await change(memberships, account.key, new Set(before.groups), new Set(account.groups))
      if (grants === undefined) return
      const idsOf = (names: readonly string[]) => new Set(names.flatMap((name) => ids.get(name) ?? []))
      await change(grants, account.key, idsOf(before.permissions), idsOf(account.permissions))
    },
  }
}

async function permissionIds(
  writer: ForeignWriter,
  { tables }: Pick<ForeignDatabase, 'tables'>,
): Promise<Map<string, string>> {
  const has = (name: string) => tables.some((table) => table.name === name)
  if (!has('auth_permission') || !has('django_content_type')) return new Map()
  const rows = await writer.rows(
    `select c.app_label || '.' || p.codename, cast(p.id as ${textType(writer)}) from auth_permission p
    join django_content_type c on c.id = p.content_type_id order by p.${quotedName('id')}`,
  )
  return new Map(rows.map(([name, id]) => [name ?? '', id ?? '']))
}

const textType = ({ kind }: Pick<ForeignWriter, 'kind'>) => (kind === 'postgres' ? 'text' : 'char')
