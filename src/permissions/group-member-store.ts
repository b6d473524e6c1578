import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

/** Adds accounts to a group. @returns the ids of those that were not members */
export async function addMembers(tx: Transaction, groupId: number, ids: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ account_id: number }>`
    insert into account_groups (group_id, account_id)
    select cast(${groupId} as integer), member.id from ${idList(tx, ids)} member where true
    on conflict (account_id, group_id) do nothing returning account_id`.execute(tx)
  return new Set(rows.map(({ account_id }) => account_id))
}

/** Removes accounts from a group. @returns the ids of those that were members */
export async function removeMembers(tx: Transaction, groupId: number, ids: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ account_id: number }>`
    delete from account_groups where group_id = ${groupId} and account_id in ${idList(tx, ids)}
    returning account_id`.execute(tx)
  return new Set(rows.map(({ account_id }) => account_id))
}
