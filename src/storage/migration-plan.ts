import { openDatabase } from './database.ts'
import { migrationNames, NewerSchemaError, pendingMigrations } from './migrate.ts'
import { hasNoTables } from './migrated-database.ts'

/** What `migrate` would do to a database. */
export type MigrationPlan = {
  /** Whether there are no tables yet, or not even a file. */
  isNew: boolean
  /** The names of the migrations that it would apply, in order. */
  planned: readonly string[]
}

/**
 * Finds out which migrations a database lacks, and changes nothing.
 *
 * @throws NewerSchemaError; UnreadyDatabaseError if a SQLite file cannot be read; the driver's error if PostgreSQL does
 * not respond
 */
export async function planMigrations(url: string): Promise<MigrationPlan> {
  // Opening a file would create it if it is missing.
  if (url.startsWith('sqlite:') && hasNoTables(url.slice('sqlite:'.length))) {
    return { isNew: true, planned: migrationNames }
  }
  const database = openDatabase(url)
  try {
    const pending = await pendingMigrations(database)
    if (pending < 0) throw new NewerSchemaError(migrationNames.length - pending)
    return { isNew: pending === migrationNames.length, planned: migrationNames.slice(migrationNames.length - pending) }
  } finally {
    await database.close()
  }
}
