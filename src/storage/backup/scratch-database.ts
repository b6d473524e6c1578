import { sql } from 'kysely'
import { messageOf } from '../../platform/is-error.ts'
import { openDatabase } from '../database.ts'
import { sqlStateOf } from '../database-trouble.ts'
import { PostgresUrlError } from '../postgres/url.ts'
import { tableNames } from '../tables.ts'
import { BackupError } from './backup-error.ts'

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Provides a database to restore a PostgreSQL dump to while `work` runs: a new one on the same server, which is dropped
 * afterwards, or a given empty one.
 *
 * @param name of the new database
 * @param given the URL of an empty database; undefined: one is created
 * @throws BackupError
 */
export async function inScratchDatabase<T>(
  url: string,
  { name, given }: { name: string; given: string | undefined },
  work: (scratchUrl: string) => Promise<T>,
): Promise<T> {
  if (given !== undefined) {
    await requireEmpty(given)
    return work(given).finally(() => run(given, `drop table if exists ${tableNames.join(', ')} cascade`))
  }
  await run(url, `create database ${name} template template0`)
  const [start, query] = splitBeforePath(url)
  return work(`${start}/${name}${query}`).finally(() => run(url, `drop database if exists ${name}`))
}

/** A URL up to its path, and its query. It may name several servers, which `URL` does not read. */
function splitBeforePath(url: string): [start: string, query: string] {
  const [, start = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)(?:\/[^?#]*)?(.*)$/s.exec(url) ?? []
  return [start, query]
}

async function requireEmpty(url: string): Promise<void> {
  const database = openScratch(url)
  try {
    const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`.execute(database.read)
    if (rows[0]?.count === 0) return
  } catch (error) {
    throw refusal(error)
  } finally {
    await database.close()
  }
  throw new BackupError('the database that --scratch names has tables. Name an empty one')
}

async function run(url: string, statement: string): Promise<void> {
  const database = openScratch(url)
  try {
    await database.inOneStatement((db) => sql.raw(statement).execute(db))
  } catch (error) {
    throw refusal(error)
  } finally {
    await database.close()
  }
}

function openScratch(url: string) {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new BackupError('--scratch does not name a PostgreSQL database: postgres://…')
  return openDatabase(url)
}

function refusal(error: unknown): BackupError {
  if (error instanceof PostgresUrlError) return new BackupError(`the URL of the database ${error.message}`, error)
  if (sqlStateOf(error) === INSUFFICIENT_PRIVILEGE) {
    return new BackupError(
      'the database role may not create a temporary database for the backup. Grant it CREATEDB, or name an empty ' +
        'database with --scratch postgres://…',
      error,
    )
  }
  return new BackupError(`the temporary database for the backup cannot be used: ${messageOf(error)}`, error)
}
