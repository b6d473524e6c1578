import { type Kysely, sql } from 'kysely'
import { PREPARED_ELSEWHERE, sqlStateOf } from './database-trouble.ts'
import type { Tables } from './tables.ts'
import type { InTransaction } from './transaction.ts'

/** The first statement of a transaction that may take as long as it needs, such as a migration. */
export const UNBOUNDED = 'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0'

/** PostgreSQL undid a transaction in favour of another: serialization failure, deadlock. */
const UNDONE: ReadonlySet<string> = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/**
 * Transactions on PostgreSQL, at read committed: one-winner steps are guarded updates. Those that were undone are tried
 * again, as are those that failed because a pooler had put them on a connection without their prepared statements.
 *
 * @param isUnbounded whether they may take as long as they need
 */
export function postgresTransactions(kysely: Kysely<Tables>, { isUnbounded = false } = {}): InTransaction {
  return async (unit) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await kysely.transaction().execute(async (tx) => {
          if (isUnbounded) await sql.raw(UNBOUNDED).execute(tx)
          return unit(tx)
        })
      } catch (error) {
        const state = sqlStateOf(error) ?? ''
        if (!(UNDONE.has(state) || PREPARED_ELSEWHERE.has(state)) || attempt === ATTEMPTS) throw error
      }
    }
  }
}
