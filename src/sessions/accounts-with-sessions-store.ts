import { sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

/** Those of these accounts that have a session whose row has not ended. */
export async function accountsWithSessions(db: Queryable, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('accounts')
    .select('id')
    .where(sql<boolean>`id in ${idList(db, ids)}`)
    .where((row) =>
      row.exists(
        row
          .selectFrom('sessions')
          .select('sessions.id')
          .whereRef('sessions.account_id', '=', 'accounts.id')
          .where('sessions.ended_at', 'is', null),
      ),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}
