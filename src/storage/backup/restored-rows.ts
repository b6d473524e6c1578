import { sql } from 'kysely'
import { openDatabase } from '../database.ts'
import { BackupError } from './backup-error.ts'

/**
 * Checks that a restored database has as many rows in each table as the dump.
 *
 * @param expected row counts by table
 * @throws BackupError
 */
export async function requireRows(url: string, expected: ReadonlyMap<string, number>): Promise<void> {
  const database = openDatabase(url)
  try {
    for (const [table, count] of expected) {
      const { rows } = await sql<{ count: number }>`select count(*)::bigint as count from ${sql.table(table)}`.execute(
        database.read,
      )
      if (rows[0]?.count === count) continue
      throw new BackupError(`the table ${table} has ${rows[0]?.count} rows after the restore instead of ${count}`)
    }
  } finally {
    await database.close()
  }
}
