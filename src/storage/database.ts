import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import { isTrouble } from './database-trouble.ts'
import { openSqliteFile, sqliteDialect } from './node-sqlite.ts'
import type { Queryable } from './prepared.ts'
import type { Tables } from './tables.ts'
import { type InTransaction, postgresTransactions, sqliteTransactions } from './transaction.ts'
import { createWalSync } from './wal-sync.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** One open database. */
export type Database = {
  kind: DatabaseKind
  /** Reads what is committed. For single reads on the way of a request; whatever writes goes through `inTransaction`. */
  read: Queryable
  inTransaction: InTransaction
  /**
   * Runs one statement that decides by itself, such as a guarded update, and answers once what it did is durable. On
   * PostgreSQL that is one round trip, where a transaction takes three.
   */
  inOneStatement: InTransaction
  close(): Promise<void>
}

/** Who is told of what goes wrong besides those who asked. */
export type DatabaseWatch = {
  /** A PostgreSQL connection broke while idle; it is replaced by itself. */
  connectionLost(error: Error): void
  /** A statement or commit failed, or the database was not reached. Not told: see `isTrouble`. */
  failed(error: unknown): void
}

const unwatched: DatabaseWatch = { connectionLost: () => {}, failed: () => {} }

/**
 * Opens the database that `url` names: `sqlite:PATH` (made with its folder, readable by its owner only) or
 * `postgres://…`. Nothing is migrated here.
 */
export function openDatabase(url: string, watch: DatabaseWatch = unwatched): Database {
  const failed = (error: unknown) => isTrouble(error) && watch.failed(error)
  const telling = { ...watch, failed }
  return url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length), telling) : openPostgres(url, telling)
}

/**
 * Two connections to one file: what is read outside a transaction never sees the uncommitted half of a group commit.
 */
function openSqlite(path: string, { failed }: DatabaseWatch): Database {
  mkdirSync(dirname(path), { recursive: true })
  const isNew = !existsSync(path)
  const writerFile = openSqliteFile(path, 'write')
  if (isNew) chmodSync(path, 0o600)
  const writer = new Kysely<Tables>({ dialect: sqliteDialect(writerFile, 'write', failed) })
  const log = createWalSync(path)
  const readerFile = openSqliteFile(path, 'read')
  const reader = new Kysely<Tables>({ dialect: sqliteDialect(readerFile, 'read', failed) })
  const inTransaction = sqliteTransactions({ file: writerFile, writer, sync: log.sync, failed })
  return {
    kind: 'sqlite',
    read: reader,
    inTransaction,
    inOneStatement: inTransaction,
    async close() {
      await log.close()
      if (readerFile.isOpen) readerFile.close()
      if (writerFile.isOpen) writerFile.close()
    },
  }
}

function openPostgres(url: string, watch: DatabaseWatch): Database {
  // Loaded here, so that a server on SQLite does without the client.
  const pool = async () => (await import('./postgres-pool.ts')).postgresPool(url, watch)
  const kysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    log(event) {
      if (event.level === 'error') watch.failed(event.error)
    },
  })
  return {
    kind: 'postgres',
    read: kysely,
    inTransaction: postgresTransactions(kysely),
    inOneStatement: (statement) => statement(kysely),
    close: () => kysely.destroy(),
  }
}
