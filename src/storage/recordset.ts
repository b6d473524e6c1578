import { type RawBuilder, sql } from 'kysely'
import { isPostgres, type Queryable } from './prepared.ts'

/** The columns of a recordset, and their types in PostgreSQL. */
export type RecordColumns = Readonly<Record<string, 'text' | 'bigint'>>

/**
 * Passes many rows as one value of a statement, to insert or to join them: `select … from ${recordset(db, rows,
 * columns)} r`. The text of the statement is the same for any number of rows, so it is prepared once.
 */
export function recordset(db: Queryable, rows: readonly object[], columns: RecordColumns): RawBuilder<unknown> {
  const names = Object.keys(columns)
  if (isPostgres(db)) {
    const json = JSON.stringify(rows)
    const typed = names.map((name) => sql`${sql.id(name)} ${sql.raw(columns[name] ?? 'text')}`)
    return sql`(select * from json_to_recordset(cast(${json} as json)) as t(${sql.join(typed)}))`
  }
  // Columns by position are faster than by name.
  const json = JSON.stringify(rows.map((row) => names.map((name) => (row as Record<string, unknown>)[name] ?? null)))
  const read = names.map((name, position) => sql`value ->> ${sql.lit(position)} as ${sql.id(name)}`)
  return sql`(select ${sql.join(read)} from json_each(${json}))`
}

/** Passes many ids as one value of a statement: `where id in ${idList(db, ids)}`. */
export function idList(db: Queryable, ids: readonly number[]): RawBuilder<unknown> {
  const rows = ids.map((id) => ({ id }))
  return sql`(select listed.id from ${recordset(db, rows, { id: 'bigint' })} listed)`
}
