import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'

/** Adds accounts to groups. Existing memberships stay. */
export async function insertMemberships(
  tx: Transaction,
  members: readonly { account_id: number; group_id: number }[],
): Promise<void> {
  if (members.length === 0) return
  const values = recordset(tx, members, { account_id: 'bigint', group_id: 'bigint' })
  await sql`insert into account_groups (account_id, group_id)
    select r.account_id, r.group_id from ${values} r where true on conflict do nothing`.execute(tx)
}

/** Gives accounts permissions of their own. */
export async function insertPermissions(
  tx: Transaction,
  grants: readonly { account_id: number; permission: string }[],
): Promise<void> {
  if (grants.length === 0) return
  const values = recordset(tx, grants, { account_id: 'bigint', permission: 'text' })
  await sql`insert into account_permissions (account_id, permission)
    select r.account_id, r.permission from ${values} r where true on conflict do nothing`.execute(tx)
}
