import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isPostgres, type Queryable } from './prepared.ts'

/** The last of all characters. */
const END = '\u{10FFFF}'

/** A text as an index for prefixes compares it: byte by byte. SQLite always compares this way. */
export function inBytes(db: Queryable, text: RawBuilder<string>): RawBuilder<string> {
  return isPostgres(db) ? sql<string>`${text} collate "C"` : text
}

/** Whether a text begins with the given one. */
export function beginsWith(db: Queryable, text: RawBuilder<string>, beginning: string): RawBuilder<SqlBool> {
  const compared = inBytes(db, text)
  return sql<SqlBool>`(${compared} >= ${beginning} and ${compared} < ${beginning + END})`
}
