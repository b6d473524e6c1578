import type { ColumnDefinitionBuilder } from 'kysely'
import type { DatabaseKind } from '../database.ts'
import type { Queryable } from '../prepared.ts'

/** One step of the schema, written once for both databases. A step that was released is never changed again. */
export type Migration = {
  name: string
  up(db: Queryable, kind: DatabaseKind): Promise<void>
}

/** What says more of a column than its type. */
type ColumnRule = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** The column is never null. */
export const required: ColumnRule = (column) => column.notNull()

/** The type of a column of numbers that the database gives out. */
export function idType(kind: DatabaseKind): 'integer' | 'bigint' {
  return kind === 'sqlite' ? 'integer' : 'bigint'
}

/** A primary key whose numbers grow. On SQLite the largest one is given again once its row was deleted. */
export function growingId(kind: DatabaseKind): ColumnRule {
  return (column) => (kind === 'sqlite' ? column.primaryKey() : column.generatedByDefaultAsIdentity().primaryKey())
}

/** The same for ids that are never used again, on either database, though a row with a given id can be written (an import). */
export function neverReusedId(kind: DatabaseKind): ColumnRule {
  return (column) =>
    kind === 'sqlite' ? column.primaryKey().autoIncrement() : column.generatedByDefaultAsIdentity().primaryKey()
}
