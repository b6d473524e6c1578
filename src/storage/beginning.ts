import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isPostgres, type Queryable } from './prepared.ts'

/** The last character of all. */
const END = '\u{10FFFF}'

/** A text as an index compares it that was made for beginnings: byte by byte. SQLite always does. */
export function inBytes(db: Queryable, text: RawBuilder<string>): RawBuilder<string> {
  return isPostgres(db) ? sql<string>`${text} collate "C"` : text
}

/** Whether a text begins so. */
export function beginsWith(db: Queryable, text: RawBuilder<string>, beginning: string): RawBuilder<SqlBool> {
  const compared = inBytes(db, text)
  return sql<SqlBool>`(${compared} >= ${beginning} and ${compared} < ${beginning + END})`
}
