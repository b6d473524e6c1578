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
  /** The foreign keys: which columns refer to which tables. */
  references: readonly { column: string; table: string }[]
}

/** One row, in the order of the query's columns. Every value is text; see `textOf`. */
export type ForeignRow = readonly (string | null)[]

/**
 * Another program's database, open for reading. All reads see the state of one moment, and take no lock that would hold
 * up other programs.
 */
export type ForeignDatabase = {
  kind: DatabaseKind
  /** The schema whose tables are read; undefined on SQLite. */
  schema: string | undefined
  tables: readonly ForeignTable[]
  /** The columns of a table as SQL, each as text; times as epoch milliseconds, booleans as 1 and 0. */
  textOf(column: ForeignColumn, expression: string): string
  /** The rows of a query, some thousand at a time. */
  rows(sql: string): AsyncIterable<readonly ForeignRow[]>
  close(): Promise<void>
}

/** How many rows are read at a time. */
export const FOREIGN_BATCH = 2_000

/** A quoted SQL name, whatever characters it contains. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Selects the schema of a PostgreSQL database to read. */
export type SchemaChoice = {
  /** Undefined: the only one with a table that `isWanted` accepts. */
  schema: string | undefined
  /** Whether a schema with these tables is worth reading. */
  isWanted(tables: readonly ForeignTable[]): boolean
}
