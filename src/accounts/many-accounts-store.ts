import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

/**
 * Prevents logins to these accounts until the transaction ends. A login that is under way has either started its session by now
 * or starts it afterwards.
 */
export async function holdLoginsOfEach(tx: Transaction, ids: readonly number[]): Promise<void> {
  await sql`update accounts set last_login_at = last_login_at where id in ${idList(tx, ids)}`.execute(tx)
}

/**
 * Deactivates those of these accounts that are active, and voids the sessions that have started until now, also on a process whose
 * clock is ahead. Call `holdLoginsOfEach` before. Activations that were awaited are forgotten.
 *
 * @returns the ids of those that were active
 */
export async function deactivateEach(tx: Transaction, ids: readonly number[], now: number): Promise<Set<number>> {
  const latest = sql`coalesce((select created_at from sessions where sessions.account_id = accounts.id
    order by created_at desc limit 1), 0)`
  const changed = await idsOf(
    tx,
    sql`update accounts set deactivated_at = ${now}, credentials_version = credentials_version + 1,
      sessions_void_at = case when ${latest} > ${now} then ${latest} else ${now} end
      where id in ${idList(tx, ids)} and deactivated_at is null returning id`,
  )
  await sql`delete from pending_activations where account_id in ${idList(tx, [...changed])}`.execute(tx)
  return changed
}

/** Activates those of these accounts that are inactive. @returns their ids */
export function activateEach(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  return idsOf(
    tx,
    sql`update accounts set deactivated_at = null, credentials_version = credentials_version + 1
      where id in ${idList(tx, ids)} and deactivated_at is not null returning id`,
  )
}

/** Claims the right to change what logins to these accounts prove, whoever else has changed it. @returns the ids of those that exist */
export function claimEachChange(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  return idsOf(
    tx,
    sql`update accounts set credentials_version = credentials_version + 1 where id in ${idList(tx, ids)} returning id`,
  )
}

/** Deletes these accounts with all their data. @returns the ids of those that existed */
export function deleteEach(tx: Transaction, ids: readonly number[]): Promise<Set<number>> {
  return idsOf(tx, sql`delete from accounts where id in ${idList(tx, ids)} returning id`)
}

async function idsOf(tx: Transaction, statement: ReturnType<typeof sql<{ id: number }>>): Promise<Set<number>> {
  return new Set((await statement.execute(tx)).rows.map(({ id }) => id))
}
