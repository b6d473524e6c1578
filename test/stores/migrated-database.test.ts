import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/storage/database.ts'
import { migrate, migrationNames, pendingMigrations } from '../../src/storage/migrate.ts'
import { openMigratedDatabase, UnreadyDatabaseError } from '../../src/storage/migrated-database.ts'
import { databases, type TestDatabase } from '../support/databases.ts'

const NOW = 1_900_000_000_000

async function aPlace({ create }: TestDatabase): Promise<string> {
  const { url, drop } = await create()
  onTestFinished(drop)
  return url
}

async function aMigratedPlace(database: TestDatabase): Promise<string> {
  const url = await aPlace(database)
  const opened = openDatabase(url)
  await migrate(opened, NOW)
  await opened.close()
  return url
}

async function refusal(url: string): Promise<string> {
  const error = await openMigratedDatabase(url).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UnreadyDatabaseError)
  return error instanceof Error ? error.message : ''
}

describe.each(databases)('a database that must be up to date, on $name', (database) => {
  it('is opened if it is', async () => {
    const opened = await openMigratedDatabase(await aMigratedPlace(database))
    expect(await opened.read.selectFrom('accounts').selectAll().execute()).toEqual([])
    await opened.close()
  })

  it('is refused if it is not migrated, with the cure', async () => {
    expect(await refusal(await aPlace(database))).toMatch(/no database at|schema of this version.* migrate/)
  })

  it('is refused if a migration is missing, and if there is one too many', async () => {
    const url = await aMigratedPlace(database)
    const opened = openDatabase(url)
    const change = (statement: ReturnType<typeof sql>) => opened.inTransaction((tx) => statement.execute(tx))
    await change(sql`delete from schema_migrations where number = (select max(number) from schema_migrations)`)
    expect(await refusal(url)).toContain('does not have the schema of this version')
    await change(sql`insert into schema_migrations (number, name, applied_at) values (9999, 'later', 1)`)
    expect(await refusal(url)).toContain('newer version')
    await opened.close()
  })
})

describe('a SQLite file that must be up to date', () => {
  const [sqlite] = databases
  const pathOf = (url: string) => url.slice('sqlite:'.length)

  it('is not made', async () => {
    const url = await aPlace(sqlite as TestDatabase)
    expect(await refusal(url)).toBe(
      `There is no database at ${pathOf(url)}. Check DATABASE_URL and the working directory, or run latchkey migrate.`,
    )
    expect(existsSync(pathOf(url))).toBe(false)
  })

  it('is left alone if it belongs to another program', async () => {
    const path = pathOf(await aPlace(sqlite as TestDatabase))
    const other = new DatabaseSync(path)
    other.exec('create table things (name text)')
    other.close()
    chmodSync(path, 0o644)
    const before = readFileSync(path)
    expect(await refusal(`sqlite:${path}`)).toContain('does not have the schema')
    expect(readFileSync(path).equals(before)).toBe(true)
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o644)
  })

  it('is left alone if it is empty, not a database, or a folder', async () => {
    const path = pathOf(await aPlace(sqlite as TestDatabase))
    writeFileSync(path, '')
    expect(await refusal(`sqlite:${path}`)).toContain('does not have the schema')
    expect(statSync(path).size).toBe(0)
    writeFileSync(path, 'Dear diary, '.repeat(100))
    expect(await refusal(`sqlite:${path}`)).toContain('cannot be read as a SQLite database')
    mkdirSync(`${path}-folder`)
    expect(await refusal(`sqlite:${path}-folder`)).toContain('is not a file')
  })
})

describe('a PostgreSQL database that must be up to date', () => {
  it('may have an empty schema for this server, beside that of another', async () => {
    const url = await aMigratedPlace(databases.find(({ name }) => name === 'PostgreSQL') as TestDatabase)
    const former = openDatabase(url)
    await former.inTransaction((tx) => sql`create schema second`.execute(tx))
    const beside = `${url}?options=-c%20search_path%3Dsecond`
    const opened = openDatabase(beside)
    expect(await pendingMigrations(opened)).toBe(migrationNames.length)
    expect(await migrate(opened, NOW)).toEqual(migrationNames)
    expect(await pendingMigrations(opened)).toBe(0)
    await Promise.all([former.close(), opened.close()])
    await (await openMigratedDatabase(beside)).close()
  })

  it('is refused with the reason if it does not answer, and without its password', async () => {
    const message = await refusal('postgres://latchkey:hunter2@127.0.0.1:1/latchkey')
    expect(message).toContain('ECONNREFUSED')
    expect(message).not.toContain('hunter2')
  })
})
