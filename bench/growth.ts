import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Contestant } from './comparison.ts'
import { runLoad } from './load/load.ts'
import { refreshChains } from './scenarios.ts'

/** The content of a database. */
export type DatabaseSize = {
  /** Its total size, in bytes. */
  bytes: number
  /** The number of rows of each non-empty table. */
  rows: Record<string, number>
}

export type GrowthResult = {
  refreshes: number
  sessions: number
  before: DatabaseSize
  after: DatabaseSize
}

/** Refreshes some sessions many times, and measures the database. It should grow with sessions, not with refreshes. */
export async function measureGrowth(
  { server: { port }, sessions }: Contestant,
  databaseUrl: string,
  refreshes: number,
): Promise<GrowthResult> {
  const before = await sizeOf(databaseUrl)
  await runLoad({ port, connections: sessions.length, requests: refreshes, exchange: refreshChains(sessions) })
  return { refreshes, sessions: sessions.length, before, after: await sizeOf(databaseUrl) }
}

function sizeOf(databaseUrl: string): Promise<DatabaseSize> | DatabaseSize {
  return databaseUrl.startsWith('sqlite:') ? sqliteSize(databaseUrl.slice('sqlite:'.length)) : postgresSize(databaseUrl)
}

/** Measured after a checkpoint, which empties the write-ahead log. */
function sqliteSize(path: string): DatabaseSize {
  const file = new DatabaseSync(path, { timeout: 10_000 })
  try {
    file.exec('pragma wal_checkpoint(truncate)')
    const number = (sql: string) => Number(Object.values(file.prepare(sql).get() ?? {})[0])
    const tables = file.prepare("select name from sqlite_master where type = 'table'").all()
    return {
      bytes: number('pragma page_count') * number('pragma page_size'),
      rows: rowsOf(tables.map(({ name }) => [String(name), number(`select count(*) from "${name}"`)])),
    }
  } finally {
    file.close()
  }
}

/** Includes old versions of rows, until autovacuum removes them. */
async function postgresSize(url: string): Promise<DatabaseSize> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const number = async (sql: string) => Number(Object.values((await client.query(sql)).rows[0] ?? {})[0])
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const counts: [string, number][] = []
    for (const { name } of rows) counts.push([name, await number(`select count(*) from "${name}"`)])
    return { bytes: await number('select pg_database_size(current_database())'), rows: rowsOf(counts) }
  } finally {
    await client.end()
  }
}

function rowsOf(counts: readonly (readonly [string, number])[]): Record<string, number> {
  return Object.fromEntries(counts.filter(([name, count]) => count > 0 && !name.startsWith('sqlite_')))
}
