import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'

/** A database of one test. */
export type TestPlace = { url: string; drop(): Promise<void> }

/** One kind of database that a suite runs on. */
export type TestDatabase = {
  name: 'SQLite' | 'PostgreSQL'
  /** An empty database for one test. */
  create(): Promise<TestPlace>
  /** A copy of an already migrated database, because migrating takes longer than most tests. Default: `create` */
  createMigrated?(): Promise<TestPlace>
}

const sqlite: TestDatabase = {
  name: 'SQLite',
  create: async () => fileIn(newFolder()),
  async createMigrated() {
    const folder = newFolder()
    copyFileSync(inject('templates').sqlite, join(folder, FILE))
    return fileIn(folder)
  },
}

const postgres: TestDatabase = {
  name: 'PostgreSQL',
  create: () => createPostgres('template1'),
  createMigrated: () => createPostgres(inject('templates').postgres),
}

/** The databases that every store and contract suite runs on. `npm run test:fast` has no PostgreSQL. */
export const databases: readonly TestDatabase[] = inject('postgresUrl') === '' ? [sqlite] : [sqlite, postgres]

const FILE = 'test.sqlite3'

/** Beside the template, so that everything a test leaves behind is removed with it. */
function newFolder(): string {
  return mkdtempSync(join(dirname(inject('templates').sqlite), 'test-'))
}

function fileIn(folder: string): TestPlace {
  return {
    url: `sqlite:${join(folder, FILE)}`,
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Copies files. By default, PostgreSQL also writes a copied database to its log, which takes several times as long. */
async function createPostgres(template: string): Promise<TestPlace> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} template ${template} strategy file_copy`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(`drop database ${name} with (force)`) }
}

/** The connection that makes and drops databases: one for each worker, because connecting takes longer than a statement. */
let administrator: Promise<pg.Client> | undefined

async function administer(statement: string): Promise<void> {
  administrator ??= connect()
  await (await administrator).query(statement)
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  client.on('error', () => (administrator = undefined))
  await client.connect()
  // It stays open until the worker ends, and does not keep it from ending. The declared types lack this method.
  ;(client as pg.Client & { unref(): void }).unref()
  return client
}
