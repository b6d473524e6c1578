import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'
import { deletePostsOfAuthors } from './deleted-author-store.ts'

/**
 * Prevents logins to these accounts until the transaction ends. A login that is under way has either started its
 * session by now or starts it afterwards.
 */
export async function holdLogins(tx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`update accounts set last_login_at = last_login_at where id in ${idList(tx, ids)}`.execute(tx)
}

/**
 * Deactivates those of these accounts that are active, and voids the sessions that exist now. Not those that started
 * before `now`: a login at the same moment, or on a process whose clock is ahead, may have read a later time. Call
 * `holdLogins` before.
 *
 * @returns the ids of those that were active
 */
export function deactivateAccounts(tx: Transaction, ids: readonly number[], now: number): Promise<Set<number>> {
  const latest = sql`coalesce((select created_at from sessions where sessions.account_id = accounts.id
    order by created_at desc limit 1), 0)`
  return idsOf(
    tx,
    sql`update accounts set deactivated_at = ${now}, credentials_version = credentials_version + 1,
      sessions_void_at = case when ${latest} > ${now} then ${latest} else ${now} end
      where id in ${idList(tx, ids)} and deactivated_at is null returning id`,
  )
}

/** Activates those of these accounts that are inactive. @returns their ids */
export function activateAccounts(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  return idsOf(
    tx,
    sql`update accounts set deactivated_at = null, credentials_version = credentials_version + 1
      where id in ${idList(tx, ids)} and deactivated_at is not null returning id`,
  )
}

/**
 * Claims the right to change what logins to these accounts prove, whoever else has changed it. `claimCredentialsChange`
 * claims it only if nobody has.
 *
 * @returns the ids of those that exist
 */
export function insistOnChange(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  return idsOf(
    tx,
    sql`update accounts set credentials_version = credentials_version + 1 where id in ${idList(tx, ids)} returning id`,
  )
}

/**
 * Deletes these accounts with everything that belongs to them. Their sessions and events stay until they are too old. Many
 * posts disappear at once, and housekeeping deletes their rows.
 *
 * @returns the `uid` of each that existed, by its id
 */
export async function deleteAccounts(
  tx: Transaction,
  ids: readonly number[],
  now: number,
): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; uid: string }>`
    delete from accounts where id in ${idList(tx, ids)} returning id, uid`.execute(tx)
  const uids = new Map(rows.map(({ id, uid }) => [id, uid]))
  await deletePostsOfAuthors(tx, [...uids.keys()], now)
  return uids
}

async function idsOf(tx: Transaction, statement: ReturnType<typeof sql<{ id: number }>>): Promise<Set<number>> {
  return new Set((await statement.execute(tx)).rows.map(({ id }) => id))
}
