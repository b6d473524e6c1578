import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { createMigratedDatabase } from '../support/migrated-database.ts'

const columns = {
  sqlite: sql<{
    name: string
  }>`select info.name from pragma_index_list('sessions') list, pragma_index_info(list.name) info`,
  postgres: sql<{ name: string }>`select attname as name from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any(indkey) where indrelid = 'sessions'::regclass`,
}

/** PostgreSQL writes a new row version into all indexes of a table as soon as one indexed column has changed. */
it.each(databases)('a refresh changes no column of a session that has an index, on $name', async (kind) => {
  const place = await createMigratedDatabase(kind, 0)
  const database = place.open()
  const { rows } = await columns[database.kind].execute(database.read)
  const indexed = new Set(rows.map(({ name }) => name))
  expect(indexed).toContain('account_id')
  for (const changed of ['refresh_generation', 'refreshed_at', 'refresh_expires_at', 'refresh_kid']) {
    expect(indexed).not.toContain(changed)
  }
  await place.drop()
})
