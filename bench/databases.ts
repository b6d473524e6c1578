import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../test/support/postgres-server.ts'

/** The databases of the servers of one run. */
export type DatabaseKind = {
  name: 'SQLite' | 'PostgreSQL'
  /** An empty database for each server. */
  create(name: string): Promise<string>
  stop(): Promise<void>
}

/** Files in a folder. */
export function sqliteFiles(home: string): DatabaseKind {
  return {
    name: 'SQLite',
    async create(name) {
      const folder = join(home, 'databases')
      mkdirSync(folder, { recursive: true })
      return `sqlite:${join(folder, `${name}.sqlite3`)}`
    },
    stop: async () => {},
  }
}

/** The PostgreSQL of the tests, but with fsync, because commits must be durable in both servers. */
export async function postgresDatabases(): Promise<DatabaseKind> {
  const server = await startPostgres({ durable: true })
  return {
    name: 'PostgreSQL',
    async create(name) {
      const client = new pg.Client({ connectionString: server.url })
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      const url = new URL(server.url)
      url.pathname = `/${name}`
      return url.href
    },
    stop: () => server.stop(),
  }
}
