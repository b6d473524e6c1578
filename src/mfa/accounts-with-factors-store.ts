import { sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'
import { idList } from '../storage/recordset.ts'

/** Those of these accounts that have a second factor. Recovery codes alone do not count. */
export async function accountsWithFactors(db: Queryable, accountIds: readonly number[]): Promise<Set<number>> {
  if (accountIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('factors')
    .select('account_id')
    .distinct()
    .where(sql<boolean>`account_id in ${idList(db, accountIds)}`)
    .where('confirmed_at', 'is not', null)
    .where('type', '!=', 'recovery_code')
    .execute()
  return new Set(rows.map(({ account_id }) => account_id))
}
