import { sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'

/** What belongs to an account besides its own row. */
export type AccountBelongings = { passwordHash: string | undefined; groups: string[]; permissions: string[] }

/** The hashes, group names and own permissions of accounts, by id. Three statements, however many accounts. */
export async function findBelongings(db: Queryable, ids: readonly number[]): Promise<Map<number, AccountBelongings>> {
  const found = new Map<number, AccountBelongings>(
    ids.map((id) => [id, { passwordHash: undefined, groups: [], permissions: [] }]),
  )
  const wanted = recordset(
    db,
    ids.map((id) => ({ id })),
    { id: 'bigint' },
  )
  const hashes = await sql<{ id: number; value: string }>`
    select p.account_id as id, p.hash as value from ${wanted} r cross join passwords p where p.account_id = r.id`.execute(
    db,
  )
  const groups = await sql<{ id: number; value: string }>`
    select m.account_id as id, g.name as value from ${wanted} r cross join account_groups m cross join groups g
    where m.account_id = r.id and g.id = m.group_id and g.deleted_at is null order by g.name`.execute(db)
  const permissions = await sql<{ id: number; value: string }>`
    select p.account_id as id, p.permission as value from ${wanted} r cross join account_permissions p
    where p.account_id = r.id order by p.permission`.execute(db)
  for (const { id, value } of hashes.rows) Object.assign(found.get(id) ?? {}, { passwordHash: value })
  for (const { id, value } of groups.rows) found.get(id)?.groups.push(value)
  for (const { id, value } of permissions.rows) found.get(id)?.permissions.push(value)
  return found
}
