import { statSync } from 'node:fs'
import { messageOf } from '../platform/is-error.ts'
import { type Database, openDatabase } from './database.ts'
import { databaseCure } from './database-cure.ts'
import { MissingTablesError } from './database-trouble.ts'
import { pendingMigrations } from './migrate.ts'
import { requireAllTables } from './missing-tables.ts'
import { PostgresUrlError } from './postgres/url.ts'
import { DatabaseSync } from './sqlite-module.ts'

/** The database does not exist, or does not have the schema of this version. The message says what to do. */
export class UnreadyDatabaseError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnreadyDatabaseError'
  }
}

const NOT_MIGRATED = 'does not have the schema of this version. Run latchkey migrate, or start the server once.'

/**
 * Opens a database that a server of this version has prepared, without changing it. Used by commands, whose
 * DATABASE_URL may be mistyped or belong to another program.
 *
 * @throws UnreadyDatabaseError
 */
export async function openMigratedDatabase(url: string): Promise<Database> {
  if (url.startsWith('sqlite:')) requireLatchkeyFile(url.slice('sqlite:'.length))
  const database = openDatabase(url)
  try {
    requireNothingPending(await pendingMigrations(database))
    await requireAllTables(database.read)
    return database
  } catch (error) {
    await database.close()
    if (error instanceof UnreadyDatabaseError) throw error
    if (error instanceof MissingTablesError)
      throw new UnreadyDatabaseError(`The database cannot be used: ${error.message}.`)
    if (error instanceof PostgresUrlError) throw new UnreadyDatabaseError(`DATABASE_URL ${error.message}.`)
    const { reason, cure } = databaseCure(error, database.kind) ?? {
      // The message of the driver names the server, but never the password.
      reason: messageOf(error),
      cure: 'Check DATABASE_URL.',
    }
    throw new UnreadyDatabaseError(`The database cannot be used: ${reason}. ${cure}`)
  }
}

/** Whether the URL names a SQLite file that does not exist yet. */
export function isDatabaseMissing(url: string): boolean {
  return url.startsWith('sqlite:') && statSync(url.slice('sqlite:'.length), { throwIfNoEntry: false }) === undefined
}

function requireNothingPending(pending: number): void {
  if (pending > 0) throw new UnreadyDatabaseError(`The database ${NOT_MIGRATED}`)
  if (pending < 0) {
    throw new UnreadyDatabaseError(
      'A newer version of Latchkey has migrated the database. Use the commands of that version.',
    )
  }
}

/** Opening a file creates it if it is missing, and sets its mode. So check it first, read-only. */
function requireLatchkeyFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) {
    throw new UnreadyDatabaseError(
      `There is no database at ${path}. Check DATABASE_URL and the working directory, or run latchkey migrate.`,
    )
  }
  if (!stats.isFile()) throw new UnreadyDatabaseError(`${path} is not a file. Check DATABASE_URL.`)
  if (!hasMigrations(path)) throw new UnreadyDatabaseError(`The database at ${path} ${NOT_MIGRATED}`)
}

/**
 * Whether Latchkey has never used this SQLite file, or the file does not exist.
 *
 * @throws UnreadyDatabaseError if it is something else
 */
export function hasNoTables(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) === undefined || !hasMigrations(path)
}

function hasMigrations(path: string): boolean {
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(path, { readOnly: true, timeout: 2_000 })
    return file.prepare("select 1 from sqlite_master where name = 'schema_migrations'").get() !== undefined
  } catch (error) {
    throw new UnreadyDatabaseError(
      `${path} cannot be read as a SQLite database: ${messageOf(error)}. Check DATABASE_URL.`,
    )
  } finally {
    file?.close()
  }
}
