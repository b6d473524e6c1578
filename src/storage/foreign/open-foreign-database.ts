import { existsSync } from 'node:fs'
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
  if (/^[a-z][a-z0-9+]+:\/\//i.test(url) && !/^(sqlite3?|file):\/\//i.test(url)) {
    const scheme = url.slice(0, url.indexOf(':'))
    if (/^postgres/i.test(scheme))
      throw new ForeignDatabaseError('Write the URL as postgres://user:password@host/name.')
    throw new ForeignDatabaseError(
      `Latchkey does not read ${scheme} databases. Name a SQLite file or a postgres:// URL. From another database, export ` +
        'the users as CSV and use import csv, or copy it to PostgreSQL first (from MySQL with pgloader).',
    )
  }
  if (choice.schema !== undefined)
    throw new ForeignDatabaseError('A SQLite database has no schemas. Leave out --schema.')
  const { openForeignSqlite } = await import('./foreign-sqlite.ts')
  const path = sqlitePathOf(url)
  if (path === '') throw new ForeignDatabaseError('--from names no file. Write sqlite:PATH or postgres://…')
  return openForeignSqlite(path)
}

/** `sqlite:PATH`, a path, or the URL of other programs: `sqlite:///relative/path` or `sqlite:////absolute/path`. */
export function sqlitePathOf(url: string): string {
  const [, rest] = /^(?:sqlite3?|file):\/\/(?:localhost)?(\/.*)$/i.exec(url) ?? []
  if (rest === undefined) return url.replace(/^sqlite3?:/i, '')
  const relative = rest.slice(1)
  return existsSync(rest) && !existsSync(relative) ? rest : relative
}
