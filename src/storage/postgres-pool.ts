import { hash } from 'node:crypto'
import type { PostgresPool } from 'kysely'
import pg from 'pg'
import type { DatabaseWatch } from './database.ts'

/** More distinct statements than the product has; beyond it statements are sent unnamed. */
const STATEMENT_LIMIT = 1_000
const INT8_OID = 20

/**
 * A pool of connections whose statements are prepared once per connection, and that reads 64-bit integers as numbers:
 * all of ours are ids and epoch milliseconds, well below 2^53.
 */
export function postgresPool(url: string, watch: DatabaseWatch): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    application_name: 'latchkey',
    Client: PreparingClient,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
    },
  })
  // Without a listener a connection that breaks while idle (the database restarts) would end the process.
  pool.on('error', watch.connectionLost)
  return {
    async connect() {
      try {
        return await pool.connect()
      } catch (error) {
        watch.failed(error)
        throw error
      }
    },
    end: () => pool.end(),
  }
}

const names = new Map<string, string>()

function statementName(text: string): string | undefined {
  let name = names.get(text)
  if (name === undefined && names.size < STATEMENT_LIMIT) {
    name = `l_${hash('sha256', text, 'hex').slice(0, 24)}`
    names.set(text, name)
  }
  return name
}

/** Sends `query(text, values)` as a named statement, which PostgreSQL parses and plans once per connection. */
class PreparingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // The pool listens to idle connections only. One that breaks while a transaction holds it fails the transaction's
    // next statement and is then thrown away; without a listener here it would end the process before that.
    this.on('error', () => {})
  }

  // The declared overloads of `query` cannot be restated; only the one form that Kysely uses is treated here.
  override query: pg.Client['query'] = ((...args: unknown[]) => {
    const [text, values] = args
    const send = pg.Client.prototype.query as unknown as (this: pg.Client, ...args: unknown[]) => unknown
    if (typeof text === 'string' && Array.isArray(values)) {
      const name = values.length > 0 ? statementName(text) : undefined
      return send.call(this, name === undefined ? { text, values } : { name, text, values }, ...args.slice(2))
    }
    return send.apply(this, args)
  }) as pg.Client['query']
}
