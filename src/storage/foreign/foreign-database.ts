import type { DatabaseKind } from '../database.ts'

/** Another program's database cannot be read. The message says why, and what to do. */
export class ForeignDatabaseError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ForeignDatabaseError'
  }
}

/** A column of a table, and the type that the table declares for it, in lower case. */
export type ForeignColumn = { name: string; type: string }

/** A table of another program. */
export type ForeignTable = {
  name: string
  columns: readonly ForeignColumn[]
  /** The only column of its primary key; undefined if it has none or several. */
  key: string | undefined
  /** Which columns refer to which tables. */
  references: readonly { column: string; table: string }[]
}

/** One row, in the order of the query's columns. Every value is text; see `textOf`. */
export type ForeignRow = readonly (string | null)[]

/**
 * Another program's database, open for reading. Everything that is read is from one moment, and no lock of ours is in
 * anybody's way meanwhile.
 */
export type ForeignDatabase = {
  kind: DatabaseKind
  /** The schema whose tables are read; undefined on SQLite. */
  schema: string | undefined
  tables: readonly ForeignTable[]
  /** The columns of a table as SQL, each as text; times as epoch milliseconds, truth values as 1 and 0. */
  textOf(column: ForeignColumn, expression: string): string
  /** The rows of a query, some thousand at a time. */
  rows(sql: string): AsyncIterable<readonly ForeignRow[]>
  close(): Promise<void>
}

/** How many rows are read at a time. */
export const FOREIGN_BATCH = 2_000

/** A name in SQL, whatever characters it has. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Which schema of a PostgreSQL database to read. */
export type SchemaChoice = {
  /** Undefined: the only one with a table that `isWanted` accepts. */
  schema: string | undefined
  /** Whether a schema with these tables is worth reading. */
  isWanted(tables: readonly ForeignTable[]): boolean
}

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
