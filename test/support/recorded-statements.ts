import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import pg from 'pg'
import { vi } from 'vitest'
import type { Database } from '../../src/storage/database.ts'
import { NodeSqliteAdapter } from '../../src/storage/node-sqlite.ts'
import type { Queryable } from '../../src/storage/prepared.ts'

/** A statement as it reached the database. */
type Statement = { sql: string; parameters: readonly unknown[] }

/** Records every statement that `act` makes the database run. */
export async function statementsOf(database: Database, act: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = []
  const spies =
    database.kind === 'postgres'
      ? [spyOnPostgres(statements)]
      : [
          spyOnSqlite(database.read, statements),
          await database.inTransaction(async (tx) => spyOnSqlite(tx, statements)),
        ]
  try {
    await act()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return statements.filter(({ sql }) => !/^(begin|commit|rollback|start transaction|savepoint|release)/i.test(sql))
}

function spyOnSqlite(db: Queryable, statements: Statement[]) {
  const { adapter } = db.getExecutor()
  if (!(adapter instanceof NodeSqliteAdapter)) throw new Error('this is not SQLite')
  const { connection } = adapter
  const run = connection.executeQuery.bind(connection)
  return vi.spyOn(connection, 'executeQuery').mockImplementation((query) => {
    statements.push({ sql: query.sql, parameters: query.parameters })
    return run(query)
  })
}

function spyOnPostgres(statements: Statement[]) {
  const run = pg.Client.prototype.query
  return vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [query, values] = args as [string | { text: string; values?: unknown[] }, unknown[] | undefined]
    const [sql, parameters] = typeof query === 'string' ? [query, values] : [query.text, query.values ?? values]
    statements.push({ sql, parameters: parameters ?? [] })
    return Reflect.apply(run, this, args)
  } as typeof pg.Client.prototype.query)
}

/** The query plan of a statement. */
export async function planOf(url: string, { sql, parameters }: Statement): Promise<string> {
  if (url.startsWith('sqlite:')) {
    const file = new DatabaseSync(url.slice('sqlite:'.length))
    const rows = file.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]))
    file.close()
    return rows.map(({ detail }) => String(detail)).join('\n')
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(`explain ${sql}`, [...parameters])
    return rows.map((row) => Object.values(row)[0]).join('\n')
  } finally {
    await client.end()
  }
}
