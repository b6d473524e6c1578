import { type Kysely, sql } from 'kysely'
import { PREPARED_ELSEWHERE, sqlStateOf } from '../database-trouble.ts'
import type { Tables } from '../tables.ts'
import type { InTransaction } from '../transaction.ts'

/** The first statement of a transaction without time limits, such as a migration. */
export const UNBOUNDED = 'set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0'

/** PostgreSQL aborted a transaction because of another one: serialization failure, deadlock. */
const UNDONE: ReadonlySet<string> = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/**
 * Transactions on PostgreSQL, at read committed: steps that only one may win are guarded updates. An aborted
 * transaction is repeated. So is one that failed because a pooler moved it to a connection without its prepared
 * statements.
 *
 * @param isUnbounded whether they have no time limits
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
