import { type RawBuilder, sql } from 'kysely'
import { isPostgres, type Queryable } from '../storage/prepared.ts'
import { type HeldRow, toHeldRights } from './grant-store.ts'
import type { JoinedRights } from './group.ts'

/** Marks the rows of permissions that anybody has. No group has this id. */
const ANYBODY = 0

// Rows as in `grant-store.ts`, and for a superuser every permission that anybody has.
const rows = sql`
  select cast(null as bigint) as id, cast(null as text) as name, permission
    from account_permissions where account_id = accounts.id
  union select "groups".id, "groups".name, group_permissions.permission
    from account_groups join "groups" on "groups".id = account_groups.group_id
    left join group_permissions on group_permissions.group_id = "groups".id
    where account_groups.account_id = accounts.id and "groups".deleted_at is null
  union select ${sql.lit(ANYBODY)}, null, permission from account_permissions where accounts.is_superuser = 1
  union select ${sql.lit(ANYBODY)}, null, permission from group_permissions where accounts.is_superuser = 1`

/**
 * The rights of an account as JSON: a column for a statement that reads the account anyway. `readJoinedRights` reads it.
 */
export function joinedRights(db: Queryable): RawBuilder<string> {
  return isPostgres(db)
    ? sql`(select coalesce(cast(json_agg(json_build_array(id, name, permission)) as text), '[]') from (${rows}) as held)`
    : sql`(select json_group_array(json_array(id, name, permission)) from (${rows}) as held)`
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
