import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
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

/** More distinct statements than the product has; beyond it (a bug) statements are prepared anew. */
const STATEMENT_LIMIT = 1_000

/** How long SQLite itself waits for a lock; the event loop stands still meanwhile, so only where it is rare and brief. */
const BUSY_TIMEOUT_MS = 2_000

/**
 * Opens a SQLite file so that a committed transaction survives a power cut (WAL, `synchronous=FULL`) and referential
 * rules hold. A reader meets a lock only while another process opens or closes the file; a writer waits for others as a
 * matter of course, and outside SQLite (`transaction.ts`).
 */
export function openSqliteFile(path: string, use: 'read' | 'write'): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true })
  file.exec('pragma journal_mode = wal')
  file.exec('pragma synchronous = full')
  if (use === 'write') file.exec('pragma busy_timeout = 0')
  return file
}

/**
 * node:sqlite behind Kysely. One open file is one connection; its calls are synchronous, so that no two statements can
 * be under way at once and no lock is needed here. Transactions are `transaction.ts`'s business.
 */
export function sqliteDialect(file: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(file),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function sqliteDriver(file: DatabaseSync): Driver {
  const connection = sqliteConnection(file)
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

function sqliteConnection(file: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, PreparedStatement>()

  function prepare(sql: string): PreparedStatement {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = file.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    if (statements.size < STATEMENT_LIMIT) statements.set(sql, prepared)
    return prepared
  }

  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { statement, returnsRows } = prepare(query.sql)
      const values = query.parameters.map(inputValue)
      if (returnsRows) {
        const rows = statement.all(...values) as Row[]
        return { rows, numAffectedRows: BigInt(rows.length) }
      }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    // biome-ignore lint/correctness/useYield: nothing in the product streams rows
    async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
      throw new Error('streaming is not supported')
    },
  }
}

/** Refuses what SQLite would store as something else than PostgreSQL does. */
function inputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value
  throw new TypeError(`a ${typeof value} is no database value: give text, a number or null`)
}
