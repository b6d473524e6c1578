import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** What a server writes at its start. */
const KEPT = ['schema_migrations', 'server_state', 'signing_keys']

/** Deletes all rows of the tests while servers run on the database. New ids continue after the previous ones. */
export async function emptyDatabase(url: string): Promise<void> {
  await (url.startsWith('sqlite:') ? emptySqlite(url.slice('sqlite:'.length)) : emptyPostgres(url))
}

const deletions = (tables: readonly string[]) =>
  tables
    .filter((name) => !KEPT.includes(name))
    .map((name) => `delete from ${name};`)
    .join('')

function emptySqlite(path: string): void {
  const file = new DatabaseSync(path)
  try {
    file.exec('pragma busy_timeout = 10000; pragma synchronous = off; pragma foreign_keys = off')
    const names = file.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'").all()
    file.exec(`begin immediate; ${deletions(names.map(({ name }) => String(name)))} commit`)
  } finally {
    file.close()
  }
}

async function emptyPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    )
    // As a replica, it checks no foreign keys, so the order of the tables does not matter.
    await client.query(
      `begin; set local session_replication_role = replica; ${deletions(rows.map(({ name }) => name))} commit`,
    )
  } finally {
    await client.end()
  }
}
