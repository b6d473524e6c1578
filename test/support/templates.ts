import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate } from '../../src/storage/migrate.ts'
import { memoryFolder } from './memory-folder.ts'

/** Migrated databases to copy, because migrating takes longer than most tests. */
export type Templates = {
  /** The path of a file, in a folder for this run alone. */
  sqlite: string
  /** The name of a database. Empty: there is no PostgreSQL. */
  postgres: string
}

/** Migrates one database of each kind. @param postgresUrl empty: there is no PostgreSQL */
export async function makeTemplates(postgresUrl: string): Promise<{ templates: Templates; remove(): void }> {
  const folder = mkdtempSync(join(memoryFolder(), 'latchkey-test-'))
  const sqlite = join(folder, 'template.sqlite3')
  await migrateAt(`sqlite:${sqlite}`)
  const postgres = postgresUrl === '' ? '' : 'latchkey_template'
  if (postgres !== '') {
    const client = new pg.Client({ connectionString: postgresUrl })
    await client.connect()
    await client.query(`create database ${postgres}`)
    await client.end()
    const url = new URL(postgresUrl)
    url.pathname = `/${postgres}`
    await migrateAt(url.href)
  }
  return { templates: { sqlite, postgres }, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Closing writes the write-ahead log back into the file, so that a copy of the file is complete. */
async function migrateAt(url: string): Promise<void> {
  const database = openDatabase(url)
  await migrate(database, Date.now())
  await database.close()
}
