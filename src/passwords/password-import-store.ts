import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'

/**
 * When an imported password was changed here: never. A refresh token of the previous server is not older than such a
 * change, whatever its age.
 */
export const IMPORTED_PASSWORD = 0

/** Stores the hashes of new accounts, as they are. */
export async function insertPasswordHashes(
  tx: Transaction,
  hashes: readonly { account_id: number; hash: string }[],
): Promise<void> {
  if (hashes.length === 0) return
  const values = recordset(tx, hashes, { account_id: 'bigint', hash: 'text' })
  await sql`insert into passwords (account_id, hash, changed_at)
    select r.account_id, r.hash, ${sql.lit(IMPORTED_PASSWORD)} from ${values} r where true on conflict do nothing`.execute(
    tx,
  )
}
