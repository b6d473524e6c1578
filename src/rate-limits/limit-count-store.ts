import { CompiledQuery } from 'kysely'
import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'

/** What rate-limiter-flexible asks of a PostgreSQL client. */
export type LimitCountClient = {
  query(query: { text: string; values: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }>
}

/**
 * Lets rate-limiter-flexible count in our database, over our own connections. Each of its statements is a transaction of
 * its own: it adds and says what the sum is, in one step.
 *
 * @param onError told of what the database refused; the library then counts in memory, and tells nobody
 */
export function limitCountClient(database: Database, onError: (error: unknown) => void): LimitCountClient {
  return {
    async query({ text, values }) {
      try {
        const { rows, numAffectedRows } = await database.read.executeQuery(CompiledQuery.raw(text, values))
        return { rows, rowCount: Number(numAffectedRows ?? rows.length) }
      } catch (error) {
        onError(error)
        throw error
      }
    },
  }
}

/**
 * Deletes counts whose window is over, at most `limit` of them.
 *
 * @returns how many
 */
export async function pruneLimitCounts(db: Queryable, now: number, limit: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('rate_limits')
    .where('key', 'in', (counts) =>
      counts.selectFrom('rate_limits').select('key').where('expire', '<', now).orderBy('expire').limit(limit),
    )
    // One that was begun anew since the inner query read it stays.
    .where('expire', '<', now)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
