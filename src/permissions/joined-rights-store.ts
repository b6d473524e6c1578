import { type RawBuilder, sql } from 'kysely'
import { isPostgres, type Queryable } from '../storage/prepared.ts'
import { type HeldRow, heldRows, toHeldRights } from './grant-store.ts'
import type { JoinedRights } from './group.ts'

/** Marks the rows of permissions that anybody has. No group has this id. */
const ANYBODY = 0

/** What the account holds, and for a superuser every permission that anybody has. */
const rows = (db: Queryable) => sql`
  select id, name, permission from ${heldRows(db, sql.ref('accounts.id'))} as own
  union all select ${sql.lit(ANYBODY)}, null, permission from (
    select permission from account_permissions where accounts.is_superuser = 1
    union select permission from group_permissions where accounts.is_superuser = 1
  ) as granted`

/**
 * The rights of an account as JSON: a column for a statement that reads the account anyway. `readJoinedRights` reads it.
 */
export function joinedRights(db: Queryable): RawBuilder<string> {
  return isPostgres(db)
    ? sql`(select coalesce(cast(json_agg(json_build_array(id, name, permission)) as text), '[]') from (${rows(db)}) as held)`
    : sql`(select json_group_array(json_array(id, name, permission)) from (${rows(db)}) as held)`
}

/** Reads the value of `joinedRights`. */
export function readJoinedRights(json: string): JoinedRights {
  const values: [HeldRow['id'], HeldRow['name'], HeldRow['permission']][] = JSON.parse(json)
  const all = values.map(([id, name, permission]) => ({ id, name, permission }))
  return {
    ...toHeldRights(all.filter(({ id }) => id !== ANYBODY)),
    granted: all.flatMap(({ id, permission }) => (id === ANYBODY && permission !== null ? [permission] : [])),
  }
}
