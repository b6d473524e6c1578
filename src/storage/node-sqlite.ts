import { closeSync, openSync } from 'node:fs'
import type { SQLInputValue, StatementSync } from 'node:sqlite'
// Not the global one: see sqlite-transactions.ts.
import { setImmediate } from 'node:timers'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { isError } from '../platform/is-error.ts'
import { asStorageError, DatabaseUnavailableError } from './database-trouble.ts'
import { requireRead } from './read-only.ts'
import { DatabaseSync } from './sqlite-module.ts'

/**
 * How many statements stay prepared. Searches have more variants than that; then the oldest statement is prepared
 * again.
 */
const STATEMENT_LIMIT = 1_000

/** How long SQLite itself waits for a lock. This blocks the event loop, so use it only where it is rare and short. */
const BUSY_TIMEOUT_MS = 2_000

/**
 * The size of the write-ahead log at which it is copied into the database: 32 MB. Copying needs fsyncs that block the
 * event loop; with SQLite's default of 1,000 pages it would happen every second during a login flood.
 */
const CHECKPOINT_PAGES = 8_000

/**
 * Opens a SQLite file with a write-ahead log and enforced foreign keys. Committed data survives the end of the process,
 * and also a power cut once `wal-sync.ts` has synced it. A reader waits for a lock only while another process opens or
 * closes the file. A writer often waits for others, but outside SQLite (`transaction.ts`).
 *
 * @throws Error if such a log is impossible, as on some network file systems
 */
export function openSqliteFile(path: string, use: 'read' | 'write'): DatabaseSync {
  createPrivately(path)
  const file = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  const { journal_mode: mode } = file.prepare('pragma journal_mode = wal').get() ?? {}
  if (mode !== 'wal') {
    file.close()
    throw new Error(`SQLite cannot keep its write-ahead log beside ${path}. Put the database on a local disk`)
  }
  file.exec('pragma synchronous = normal')
  if (use === 'write') file.exec(`pragma busy_timeout = 0; pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  else file.exec('pragma query_only = on')
  return file
}

/**
 * A file that SQLite creates is readable by everybody until its mode is changed. The log beside it inherits its mode.
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(isError(error) && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/**
 * node:sqlite behind Kysely. One open file is one connection; its calls are synchronous, so two statements can never
 * run at once and no lock is needed here. `transaction.ts` handles transactions.
 *
 * @param use `write`: a statement runs at once. `read`: the statements of one turn of the event loop run together at
 *   its end, see `groupedReads`
 * @param failed called for every statement that fails
 */
export function sqliteDialect(file: DatabaseSync, use: 'read' | 'write', failed: (error: unknown) => void): Dialect {
  const statements = sqliteConnection(file, use, failed)
  const connection = use === 'read' ? groupedReads(file, statements) : statements
  return {
    createAdapter: () => new NodeSqliteAdapter(connection),
    createDriver: () => sqliteDriver(file, connection),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/**
 * Kysely's adapter, which also knows the connection, so that `prepared.ts` can send its queries without Kysely's
 * overhead.
 */
export class NodeSqliteAdapter extends SqliteAdapter {
  readonly connection: DatabaseConnection
  constructor(connection: DatabaseConnection) {
    super()
    this.connection = connection
  }
}

function sqliteDriver(file: DatabaseSync, connection: DatabaseConnection): Driver {
  const refuse = () => Promise.reject(new Error('SQLite transactions go through inTransaction()'))
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => file.close(),
  }
}

type PreparedStatement = { statement: StatementSync; returnsRows: boolean }

function sqliteConnection(
  file: DatabaseSync,
  use: 'read' | 'write',
  failed: (error: unknown) => void,
): DatabaseConnection {
  const statements = new Map<string, PreparedStatement>()

  function prepare(sql: string): PreparedStatement {
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (use === 'read') requireRead(sql)
    const statement = file.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    const [oldest] = statements.size < STATEMENT_LIMIT ? [] : statements.keys()
    if (oldest !== undefined) statements.delete(oldest)
    statements.set(sql, prepared)
    return prepared
  }

  function execute<Row>(query: CompiledQuery): QueryResult<Row> {
    // If the disk is full, SQLite rolls back the complete transaction by itself. The rest of the unit must not be
    // committed alone.
    if (use === 'write' && !file.isTransaction) throw new DatabaseUnavailableError('the transaction is undone')
    const { statement, returnsRows } = prepare(query.sql)
    const values = query.parameters.map(inputValue)
    if (returnsRows) {
      const rows = statement.all(...values) as Row[]
      return { rows, numAffectedRows: BigInt(rows.length) }
    }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        return execute<Row>(query)
      } catch (error) {
        failed(error)
        throw asStorageError(error)
      }
    },
    // biome-ignore lint/correctness/useYield: nothing in the product streams rows
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
      throw new Error('streaming is not supported')
    },
  }
}

type WaitingRead = { run(): void; reject(error: unknown): void }

/**
 * Runs the reads of one turn of the event loop in one read transaction. Outside a transaction, SQLite locks and unlocks
 * the file for each statement, which costs more than most of our statements. The responses that wait for the reads then
 * leave together, so a client with many connections is woken once instead of once for each. A read sees what is
 * committed at the end of its turn, which is never older than what was committed when it was requested.
 */
function groupedReads(file: DatabaseSync, connection: DatabaseConnection): DatabaseConnection {
  const waiting: WaitingRead[] = []

  function runWaiting(): void {
    const reads = waiting.splice(0)
    // A snapshot already is such a transaction.
    const isGroup = reads.length > 1 && !file.isTransaction
    try {
      if (isGroup) file.exec('begin')
      for (const read of reads) read.run()
      if (isGroup) file.exec('commit')
    } catch (error) {
      for (const read of reads) read.reject(asStorageError(error))
      // If the transaction stayed open, everybody would see the same old state from now on.
      if (file.isOpen && file.isTransaction) file.exec('rollback')
    }
  }

  return {
    executeQuery: <Row>(query: CompiledQuery) =>
      new Promise<QueryResult<Row>>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(runWaiting)
        waiting.push({ run: () => resolve(connection.executeQuery<Row>(query)), reject })
      }),
    streamQuery: connection.streamQuery,
  }
}

/** Refuses values that SQLite would store differently from PostgreSQL. */
function inputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  throw new TypeError(`a ${typeof value} is not a database value: use text, a number or null`)
}
