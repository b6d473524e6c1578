import { sql } from 'kysely'
import { openDatabase } from '../database.ts'
import { databaseCure } from '../database-cure.ts'
import { pendingMigrations } from '../migrate.ts'
import { PostgresUrlError } from '../postgres/url.ts'
import { BackupError } from './backup-error.ts'

/**
 * Checks whether a dump can be restored over the current content of a PostgreSQL database.
 *
 * @throws BackupError if a server uses it, if a newer version has created tables in it that this version does not know,
 *   or if it cannot be used
 */
export async function requireRestorable(url: string): Promise<void> {
  const database = openDatabase(url)
  try {
    if ((await pendingMigrations(database)) < 0) {
      throw new BackupError(
        'a newer version of Latchkey has used the database, and its tables would stay behind. Create an empty database, ' +
          'put it into DATABASE_URL, and restore the backup there',
      )
    }
    const { rows } = await sql<{ clients: number; addresses: string | null }>`
      select count(*)::int as clients, string_agg(distinct coalesce(host(client_addr), 'this machine'), ', ') as addresses
      from pg_stat_activity
      where datname = current_database() and application_name = 'latchkey' and pid <> pg_backend_pid()`.execute(
      database.read,
    )
    const [{ clients, addresses } = { clients: 0, addresses: null }] = rows
    if (clients > 0) {
      throw new BackupError(
        `a server uses the database (${clients} connections from ${addresses}). Stop it first. If it has stopped, a pooler ` +
          'such as PgBouncer may still keep its connections: put PostgreSQL itself into DATABASE_URL, or restart the pooler',
      )
    }
  } catch (error) {
    if (error instanceof PostgresUrlError) throw new BackupError(`DATABASE_URL ${error.message}`, error)
    const found = databaseCure(error, 'postgres')
    throw found === undefined ? error : new BackupError(`${found.reason}. ${found.cure.replace(/\.$/, '')}`, error)
  } finally {
    await database.close()
  }
}
