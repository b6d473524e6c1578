import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Latchkey cannot work on this database. The message says why, and what to do. */
export class UnfitDatabaseError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnfitDatabaseError'
  }
}

const OLDEST_POSTGRES = 140_000

/**
 * Checks whether a database can hold Latchkey's data: on PostgreSQL, its version and whether it can store every
 * character. A SQLite file always can.
 *
 * @throws UnfitDatabaseError
 */
export async function requireFitDatabase({ kind, read }: Database): Promise<void> {
  if (kind === 'sqlite') return
  const { rows } = await sql<{ version: string; encoding: string; name: string }>`
    select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
      current_database() as name`.execute(read)
  const [{ version, encoding, name } = { version: '0', encoding: '', name: '' }] = rows
  if (Number(version) < OLDEST_POSTGRES) {
    throw new UnfitDatabaseError(
      `PostgreSQL ${Math.floor(Number(version) / 10_000)} is too old. Use version 14 or newer`,
    )
  }
  if (encoding !== 'UTF8') {
    throw new UnfitDatabaseError(
      `the database ${name} stores text as ${encoding}, which cannot hold every name. Create a new one with ` +
        '"create database … encoding \'UTF8\' template template0", and copy the data with pg_dump and pg_restore',
    )
  }
}
