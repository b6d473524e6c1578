import { sql } from 'kysely'
import type { Queryable } from '../storage/prepared.ts'

/** One stored hash of each algorithm. */
export async function findHashExamples(db: Queryable): Promise<string[]> {
  const { rows } = await sql<{ hash: string }>`select min(hash) as hash from passwords
    where hash like '%$%' group by substr(hash, 1, 12)`.execute(db)
  return rows.map(({ hash }) => hash)
}
