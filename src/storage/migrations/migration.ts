import type { ColumnDefinitionBuilder } from 'kysely'
import type { DatabaseKind } from '../database.ts'
import type { Transaction } from '../prepared.ts'

/** One migration of the schema, written once for both databases. Never change a released migration. */
export type Migration = {
  name: string
  up(db: Transaction, kind: DatabaseKind): Promise<void>
}

/** A property of a column besides its type. */
type ColumnRule = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** The column is never null. */
export const required: ColumnRule = (column) => column.notNull()

/** The type of a column of numbers that the database generates. */
export function idType(kind: DatabaseKind): 'integer' | 'bigint' {
  return kind === 'sqlite' ? 'integer' : 'bigint'
}

/** A primary key with increasing numbers. SQLite reuses the largest number after its row was deleted. */
export function growingId(kind: DatabaseKind): ColumnRule {
  return (column) => (kind === 'sqlite' ? column.primaryKey() : column.generatedByDefaultAsIdentity().primaryKey())
}

/** The same for ids that are never reused, on either database. An import can still insert a row with a given id. */
export function neverReusedId(kind: DatabaseKind): ColumnRule {
  return (column) =>
    kind === 'sqlite' ? column.primaryKey().autoIncrement() : column.generatedByDefaultAsIdentity().primaryKey()
}
