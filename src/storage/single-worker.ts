import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { Queryable } from './prepared.ts'

/** Any numbers work, as long as nothing else in the database locks them. */
const LOCK_CLASS = 0x1a7c
const TIDYING = 1

/**
 * Whether this transaction is the only one that deletes old rows, among all processes on the database, until it ends.
 * SQLite allows only one writing transaction at a time anyway.
 */
export async function claimTidying({ kind }: Database, tx: Queryable): Promise<boolean> {
  if (kind === 'sqlite') return true
  const claim = sql<{
    claimed: boolean
  }>`select pg_try_advisory_xact_lock(${LOCK_CLASS}::int, ${TIDYING}::int) as claimed`
  return (await claim.execute(tx)).rows[0]?.claimed === true
}
