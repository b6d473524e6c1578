import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'

/** One kind of database that a suite runs on. */
export type TestDatabase = {
  name: 'SQLite' | 'PostgreSQL'
  /** An empty database for one test. */
  create(): Promise<{ url: string; drop(): Promise<void> }>
}

const sqlite: TestDatabase = {
  name: 'SQLite',
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
    return {
      url: `sqlite:${join(folder, 'test.sqlite3')}`,
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}

const postgres: TestDatabase = {
  name: 'PostgreSQL',
  async create() {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    await administer(`create database ${name}`)
    const url = new URL(inject('postgresUrl'))
    url.pathname = `/${name}`
    return { url: url.href, drop: () => administer(`drop database ${name} with (force)`) }
  },
}

/** The list of databases on which every store and contract suite runs. */
export const databases: readonly TestDatabase[] = [sqlite, postgres]

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
