import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { DatabaseUnavailableError, isDiskFull, isTrouble } from './database-trouble.ts'
import { type DatabaseWatch, unwatched } from './database-watch.ts'
import { requireAllTables } from './missing-tables.ts'
import { openSqliteFile, sqliteDialect } from './node-sqlite.ts'
import { rememberFile } from './opened-file.ts'
import type { PostgresOptions, SharedPool } from './postgres/pool.ts'
import { postgresTransactions, UNBOUNDED } from './postgres/transactions.ts'
import type { Queryable } from './prepared.ts'
import { checkDisk, checkRoom, checkWritable } from './readiness.ts'
import { sqliteTransactions } from './sqlite-transactions.ts'
import { createSqliteTurn } from './sqlite-turn.ts'
import type { Tables } from './tables.ts'
import type { InTransaction } from './transaction.ts'
import { createWalSync } from './wal-sync.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** One open database. */
export type Database = {
  kind: DatabaseKind
  /** Reads committed data and refuses to write. All writes go through `inTransaction`. */
  read: Queryable
  inTransaction: InTransaction
  /**
   * Runs exactly one self-contained statement, such as a guarded update, and resolves when its effect is durable.
   * PostgreSQL needs one round trip for it instead of three, and SQLite no savepoint.
   */
  inOneStatement: InTransaction
  /** The same without a time limit, for work that a person waits for: migrations, backups, imports. */
  inLongTransaction: InTransaction
  /**
   * Reads one snapshot of the database for as long as `work` takes. Others continue to write, and `work` sees none of
   * that. It runs once: a failure is not repeated.
   */
  inSnapshot<T>(work: (db: Queryable) => Promise<T>): Promise<T>
  /**
   * Does what a login needs: writes to the database that was opened, and checks that there is room for more.
   *
   * @throws DatabaseUnavailableError, or whatever else prevents it
   */
  checkReady(): Promise<void>
  close(): Promise<void>
}

/** How to open a database, besides its URL. Every option has a default. */
export type DatabaseOptions = {
  /**
   * The longest time for one PostgreSQL statement, in milliseconds. Default 10 seconds; a transaction may take twice as
   * long.
   */
  statementTimeoutMs?: number
  /** Whether statements are prepared once per PostgreSQL connection. Default true. */
  preparesStatements?: boolean
}

const STATEMENT_TIMEOUT_MS = 10_000

/**
 * Opens the database that `url` names: `sqlite:PATH` (created with its folder, readable only by its owner) or
 * `postgres://…`. It does not migrate it.
 */
export function openDatabase(url: string, watch: Partial<DatabaseWatch> = {}, options: DatabaseOptions = {}): Database {
  const watching = { ...unwatched, ...watch }
  const failed = (error: unknown) => isTrouble(error) && watching.failed(error)
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length), { ...watching, failed })
  const { statementTimeoutMs: statementMs = STATEMENT_TIMEOUT_MS, preparesStatements = true } = options
  return openPostgres(
    url,
    { ...watching, failed },
    { bounds: { statementMs, transactionMs: 2 * statementMs }, preparesStatements },
  )
}

/** Two connections to one file: reads outside a transaction never see the uncommitted half of a group commit. */
function openSqlite(path: string, { failed }: DatabaseWatch): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const writerFile = openSqliteFile(path, 'write')
  const opened = rememberFile(path)
  const writer = new Kysely<Tables>({ dialect: sqliteDialect(writerFile, 'write', failed) })
  const log = createWalSync(path)
  const readerFile = openSqliteFile(path, 'read')
  const turn = createSqliteTurn()
  const reader = new Kysely<Tables>({ dialect: sqliteDialect(readerFile, { turn }, failed) })
  const { inTransaction, inOneStatement } = sqliteTransactions({
    file: writerFile,
    writer,
    turn,
    sync: log.sync,
    checkFile: opened.check,
    failed,
  })
  let probes = 0
  return {
    kind: 'sqlite',
    read: reader,
    inTransaction,
    inOneStatement,
    inLongTransaction: inTransaction,
    inSnapshot: (work) => inSqliteSnapshot(path, failed, work),
    async checkReady() {
      opened.check()
      checkDisk(path)
      await requireAllTables(reader)
      await checkRoom(inTransaction)
      await checkWritable(inTransaction, ++probes)
    },
    async close() {
      await log.close()
      if (readerFile.isOpen) readerFile.close()
      if (writerFile.isOpen) writerFile.close()
    },
  }
}

/** A connection of its own, because a read transaction shows the state at its first statement until it ends. */
async function inSqliteSnapshot<T>(
  path: string,
  failed: DatabaseWatch['failed'],
  work: (db: Queryable) => Promise<T>,
): Promise<T> {
  const file = openSqliteFile(path, 'read')
  try {
    file.exec('begin')
    file.prepare('select count(*) from sqlite_schema').get()
    return await work(new Kysely<Tables>({ dialect: sqliteDialect(file, { turn: createSqliteTurn() }, failed) }))
  } finally {
    file.close()
  }
}

/** How long to watch a disk closely after it was full, in milliseconds. */
const WATCHED_AFTER_FULL_MS = 60_000

function openPostgres(url: string, watch: DatabaseWatch, options: PostgresOptions): Database {
  let fullAt = Number.NEGATIVE_INFINITY
  let probes = 0
  const failed = (error: unknown) => {
    if (isDiskFull(error)) fullAt = performance.now()
    watch.failed(error)
  }
  let opening: Promise<SharedPool> | undefined
  // Loaded here, so that a server on SQLite does not need the client.
  async function open(): Promise<SharedPool> {
    const { postgresPool } = await import('./postgres/pool.ts')
    return postgresPool(url, { ...watch, failed }, options)
  }
  function connectedFor(use: 'read' | 'write'): Kysely<Tables> {
    const pool = async () => {
      opening ??= open()
      return (await opening).connectionsFor(use)
    }
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  }
  const writer = connectedFor('write')
  const reader = connectedFor('read')
  const inTransaction = postgresTransactions(writer)
  return {
    kind: 'postgres',
    read: reader,
    inTransaction,
    inOneStatement: (statement) => statement(writer),
    inLongTransaction: postgresTransactions(writer, { isUnbounded: true }),
    inSnapshot: (work) =>
      writer.transaction().execute(async (tx) => {
        await sql.raw(UNBOUNDED).execute(tx)
        await sql`set transaction isolation level repeatable read, read only`.execute(tx)
        return work(tx)
      }),
    async checkReady() {
      const { rows } = await sql<{ recovers: boolean; readonly: string }>`
        select pg_is_in_recovery() as recovers, current_setting('transaction_read_only') as readonly`.execute(reader)
      if (rows[0]?.recovers !== false || rows[0].readonly !== 'off') {
        ;(await opening)?.renew()
        throw new DatabaseUnavailableError(undefined, 'PostgreSQL is a read-only copy for now')
      }
      await requireAllTables(reader)
      if (performance.now() - fullAt < WATCHED_AFTER_FULL_MS) await checkRoom(inTransaction)
      await checkWritable(inTransaction, ++probes)
    },
    async close() {
      await Promise.all([reader.destroy(), writer.destroy()])
      // If no pool was created, there is nothing to end.
      const pool = await opening?.catch(() => undefined)
      await pool?.end()
    },
  }
}
