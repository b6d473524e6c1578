import type { ForeignDatabase, ForeignRow } from '../../storage/foreign/foreign-database.ts'
import type { ForeignGroup } from '../foreign-system.ts'
import type { FullMapping } from './guess-mapping.ts'

/** The groups of a project, with the names of their permissions. */
export async function readGroups(database: ForeignDatabase, mapping: FullMapping): Promise<ForeignGroup[]> {
  if (!mapping.groups || !database.tables.some(({ name }) => name === 'auth_group')) return []
  const groups = await readAll(database, 'select cast(id as text), name from auth_group order by id')
  const granted = await readAll(
    database,
    `select cast(g.group_id as text), c.app_label || '.' || p.codename from auth_group_permissions g
    join auth_permission p on p.id = g.permission_id join django_content_type c on c.id = p.content_type_id
    order by g.group_id`,
  )
  return groups.map(([key, name]) => ({
    key: key ?? '',
    name: name ?? '',
    permissions: granted.filter(([group]) => group === key).map(([, permission]) => permission ?? ''),
  }))
}

/** All rows of a query with few of them. */
export async function readAll(database: ForeignDatabase, sql: string): Promise<ForeignRow[]> {
  const found: ForeignRow[] = []
  for await (const rows of database.rows(sql)) found.push(...rows)
  return found
}
