import { sql } from 'kysely'
import type { Queryable, Transaction } from './prepared.ts'
import type { Tables } from './tables.ts'

/** The most rows that one transaction deletes together with their owner. */
const MOST_AT_ONCE = 500

type OwnedRows<Owners extends keyof Tables, Rows extends keyof Tables> = {
  /** The table of the owners. Its rows have an `id` and, once they are deleted for everybody, a `deleted_at`. */
  owners: Owners
  /** The table of the rows, and its columns: the owner's id, and what tells the rows of one owner apart. */
  rows: Rows
  owner: keyof Tables[Rows] & string
  key: keyof Tables[Rows] & string
}

/** Deletes owners that may have very many rows. */
export function ownedRows<Owners extends keyof Tables, Rows extends keyof Tables>(names: OwnedRows<Owners, Rows>) {
  const [owners, rows] = [sql.table(names.owners), sql.table(names.rows)]
  const [owner, key] = [sql.ref(names.owner), sql.ref(names.key)]
  return {
    /** Whether an owner has too many rows to delete them in one transaction. Then mark it as deleted. */
    async areMany(db: Queryable, id: string | number): Promise<boolean> {
      const beyond = await sql`
        select 1 from ${rows} where ${owner} = ${id} order by ${key} limit 1 offset ${MOST_AT_ONCE}`.execute(db)
      return beyond.rows.length > 0
    },
    /**
     * Deletes at most `limit` rows of owners that are marked as deleted, and such an owner once it has none left.
     *
     * @returns how many rows; fewer than `limit` if none are left
     */
    async removeOfDeleted(tx: Transaction, limit: number): Promise<number> {
      let left = limit
      const deleted = await sql<{ id: string | number }>`
        select id from ${owners} where deleted_at is not null`.execute(tx)
      for (const { id } of deleted.rows) {
        const removed = await sql`
          delete from ${rows} where ${owner} = ${id} and ${key} in (
            select ${key} from ${rows} where ${owner} = ${id} order by ${key} limit ${left})`.execute(tx)
        left -= Number(removed.numAffectedRows ?? 0)
        if (left === 0) break
        await sql`delete from ${owners} where id = ${id}`.execute(tx)
      }
      return limit - left
    },
  }
}
