import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import { openSqliteFile, sqliteDialect } from './node-sqlite.ts'
import type { Queryable } from './prepared.ts'
import type { Tables } from './tables.ts'
import { type InTransaction, postgresTransactions, sqliteTransactions } from './transaction.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** One open database. */
export type Database = {
  kind: DatabaseKind
  /** Reads what is committed. For single reads on the way of a request; whatever writes goes through `inTransaction`. */
  read: Queryable
  inTransaction: InTransaction
  close(): Promise<void>
}

/**
 * Opens the database that `url` names: `sqlite:PATH` (made with its folder, readable by its owner only) or
 * `postgres://…`. Nothing is migrated here.
 *
 * @param onConnectionError told of a PostgreSQL connection that broke while idle; it is replaced by itself
 */
export function openDatabase(url: string, onConnectionError: (error: Error) => void = () => {}): Database {
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openPostgres(url, onConnectionError)
}

/**
 * Two connections to one file: what is read outside a transaction never sees the uncommitted half of a group commit.
 */
function openSqlite(path: string): Database {
  mkdirSync(dirname(path), { recursive: true })
  const isNew = !existsSync(path)
  const writerFile = openSqliteFile(path, 'write')
  if (isNew) chmodSync(path, 0o600)
  const writer = new Kysely<Tables>({ dialect: sqliteDialect(writerFile, 'write') })
  const readerFile = openSqliteFile(path, 'read')
  const reader = new Kysely<Tables>({ dialect: sqliteDialect(readerFile, 'read') })
  return {
    kind: 'sqlite',
    read: reader,
    inTransaction: sqliteTransactions(writerFile, writer),
    async close() {
      if (readerFile.isOpen) readerFile.close()
      if (writerFile.isOpen) writerFile.close()
    },
  }
}

function openPostgres(url: string, onConnectionError: (error: Error) => void): Database {
  // Loaded here, so that a server on SQLite does without the client.
  const pool = async () => (await import('./postgres-pool.ts')).postgresPool(url, onConnectionError)
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    kind: 'postgres',
    read: kysely,
    inTransaction: postgresTransactions(kysely),
    close: () => kysely.destroy(),
  }
}
