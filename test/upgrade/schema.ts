import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** Every table, column and index of a database, in an order that does not depend on its history. */
export async function schemaOf(url: string): Promise<unknown[]> {
  return url.startsWith('sqlite:') ? sqliteSchema(url.slice('sqlite:'.length)) : postgresSchema(url)
}

function sqliteSchema(path: string): unknown[] {
  const file = new DatabaseSync(path, { readOnly: true })
  const rows = file.prepare('select type, name, sql from sqlite_master order by type, name').all()
  file.close()
  return rows
}

async function postgresSchema(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const columns = await client.query(`select table_name, column_name, data_type, is_nullable, column_default
      from information_schema.columns where table_schema = 'public' order by table_name, column_name`)
    const indexes = await client.query(`select indexname, indexdef from pg_indexes
      where schemaname = 'public' order by indexname`)
    const constraints = await client.query(`select conname, pg_get_constraintdef(oid) as rule from pg_constraint
      where connamespace = 'public'::regnamespace and contype <> 'n' order by conname`)
    return [columns.rows, indexes.rows, constraints.rows]
  } finally {
    await client.end()
  }
}
