import { type ForeignDatabase, ForeignDatabaseError, type SchemaChoice } from './foreign-database.ts'

/**
 * Opens `sqlite:PATH`, a path, or `postgres://…` for reading.
 *
 * @throws ForeignDatabaseError
 */
export async function openForeignDatabase(url: string, choice: SchemaChoice): Promise<ForeignDatabase> {
  if (/^postgres(ql)?:\/\//.test(url)) {
    const { openForeignPostgres } = await import('./foreign-postgres.ts')
    return openForeignPostgres(url, choice)
  }
  if (/^[a-z][a-z0-9+]+:\/\//i.test(url)) {
    const scheme = url.slice(0, url.indexOf(':'))
    throw new ForeignDatabaseError(
      `Latchkey does not read ${scheme} databases. Name a SQLite file or a postgres:// URL.`,
    )
  }
  if (choice.schema !== undefined)
    throw new ForeignDatabaseError('A SQLite database has no schemas. Leave out --schema.')
  const { openForeignSqlite } = await import('./foreign-sqlite.ts')
  return openForeignSqlite(url.replace(/^sqlite:/, ''))
}
