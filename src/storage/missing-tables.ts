import { sql } from 'kysely'
import { MissingTablesError } from './database-trouble.ts'
import { isPostgres, type Queryable } from './prepared.ts'
import { tableNames } from './tables.ts'

/** Latchkey's tables that statements do not reach: on PostgreSQL, none in the schemas of the search path. */
export async function findMissingTables(db: Queryable): Promise<string[]> {
  const names = sql.join(tableNames.map((name) => sql.lit(name)))
  const query = isPostgres(db)
    ? sql<{ name: string }>`select name from unnest(array[${names}]) as name where to_regclass(name) is not null`
    : sql<{ name: string }>`select name from sqlite_schema where type = 'table'`
  const { rows } = await query.execute({ getExecutor: () => db.getExecutor() })
  const found = new Set(rows.map(({ name }) => name))
  return tableNames.filter((name) => !found.has(name))
}

/**
 * Checks whether a migrated database still has all of Latchkey's tables. Somebody may have dropped one, or a restore
 * may have left one out.
 *
 * @throws MissingTablesError
 */
export async function requireAllTables(db: Queryable): Promise<void> {
  const missing = await findMissingTables(db)
  if (missing.length > 0) throw new MissingTablesError(missing)
}
