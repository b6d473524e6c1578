import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { isError } from '../../platform/is-error.ts'
import { DatabaseUnavailableError, sqlStateOf } from '../database-trouble.ts'
import type { DatabaseWatch } from '../database-watch.ts'
import { BoundedClient, type PostgresBounds, type SharedConfig, type SharedState } from './client.ts'
import { postgresConnection } from './connection.ts'
import { urlsOfHosts } from './hosts.ts'

/** How long a request waits for a free or new connection. */
const POOL_WAIT_MS = 5_000
/**
 * How long a connection lives. After the database moves to another machine, all connections lead there within this
 * time.
 */
const CONNECTION_LIFE_SECONDS = 300
const INT8_OID = 20

export type PostgresOptions = {
  bounds: PostgresBounds
  /** Whether statements are prepared once per connection; turned off behind a pooler that does not support it. */
  preparesStatements: boolean
}

/** One pool for reading and writing. */
export type SharedPool = {
  /** The same connections; those for `read` refuse statements that write. Ending these pools has no effect. */
  connectionsFor(use: 'read' | 'write'): PostgresPool
  /**
   * Discards all connections because they lead to a read-only server. Connections in use are discarded when they become
   * free.
   */
  renew(): void
  end(): Promise<void>
}

type PooledClient = pg.PoolClient & BoundedClient

/**
 * A pool of connections that reads 64-bit integers as numbers: all columns of that type hold ids or epoch milliseconds,
 * well below 2^53. It uses no session state, so it works through a pooler that assigns connections per transaction.
 *
 * @throws PostgresUrlError
 */
export function postgresPool(url: string, watch: DatabaseWatch, options: PostgresOptions): SharedPool {
  const shared: SharedState = {
    bounds: options.bounds,
    usesNames: options.preparesStatements,
    isBoundByServer: true,
    namesFailed() {
      if (!shared.usesNames) return
      shared.usesNames = false
      watch.noticed(
        'A pooler in front of PostgreSQL does not support prepared statements, so they are turned off. ' +
          'Set DATABASE_PREPARED_STATEMENTS=false.',
      )
    },
    failed: watch.failed,
  }
  const connections = urlsOfHosts(url).map(postgresConnection)
  let turn = 0
  let pool = createPool()
  const ending = new Set<Promise<void>>()
  let ended: Promise<void> | undefined

  function createPool(): pg.Pool {
    const { statementMs, transactionMs } = shared.bounds
    const config: pg.PoolConfig & SharedConfig = {
      shared,
      isReadOnly() {
        // A connection of a previous pool may report this late, when the pool already leads to another server.
        if (made === pool) renewElsewhere()
      },
      ...connections[turn % connections.length],
      ...(connections.length > 1 && { verify: requirePrimary }),
      max: 10,
      connectionTimeoutMillis: POOL_WAIT_MS,
      idleTimeoutMillis: 30_000,
      maxLifetimeSeconds: CONNECTION_LIFE_SECONDS,
      keepAlive: true,
      application_name: 'latchkey',
      ...(shared.isBoundByServer && {
        statement_timeout: statementMs,
        idle_in_transaction_session_timeout: transactionMs,
      }),
      Client: BoundedClient as unknown as typeof pg.Client,
      types: {
        getTypeParser: (oid: number, format?: 'text' | 'binary') =>
          oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
      },
    }
    const made = new pg.Pool(config)
    // Without a listener, a connection that breaks while idle (a database restart) would end the process.
    made.on('error', watch.connectionLost)
    return made
  }

  function renew(): void {
    const former = pool
    pool = createPool()
    const end = former
      .end()
      .catch(watch.connectionLost)
      .finally(() => ending.delete(end))
    ending.add(end)
  }

  /** From now on, connects to the next one of several servers. */
  function renewElsewhere(): void {
    turn++
    renew()
  }

  /** @param attempts how many servers to try */
  async function connect(attempts = connections.length): Promise<PooledClient> {
    const from = pool
    try {
      return (await from.connect()) as PooledClient
    } catch (error) {
      // All connections were discarded meanwhile. With several servers, each may have had its turn.
      if (from !== pool && connections.length === 1) return connect()
      if (from !== pool && attempts > 1) return connect(attempts - 1)
      if (shared.isBoundByServer && isParameterRefused(error)) {
        shared.isBoundByServer = false
        renew()
        return connect(attempts)
      }
      if (connections.length > 1 && !isPoolFull(error) && !isGrowthRefused(from, error)) {
        if (from === pool) renewElsewhere()
        if (attempts > 1) return connect(attempts - 1)
      }
      throw error instanceof DatabaseUnavailableError ? error : new DatabaseUnavailableError(error)
    }
  }

  async function borrow(use: 'read' | 'write'): Promise<PostgresPoolClient> {
    try {
      const client = await connect()
      const { release } = client
      client.mayWrite = use === 'write'
      client.release = (discard) => release(discard || client.isUseless)
      return client as unknown as PostgresPoolClient
    } catch (error) {
      watch.failed(error)
      throw error
    }
  }

  return {
    connectionsFor: (use) => ({ connect: () => borrow(use), end: async () => {}, options: pool.options }),
    renew: renewElsewhere,
    end() {
      ended ??= Promise.all([pool.end(), ...ending]).then(() => {})
      return ended
    },
  }
}

/** Refuses a new connection to a server that accepts no changes: of several servers, another one is the primary. */
function requirePrimary(client: pg.PoolClient, done: (error?: Error) => void): void {
  client
    .query("select current_setting('transaction_read_only') as value")
    .then(
      ({ rows: [row] }: pg.QueryResult<{ value: string }>) => done(row?.value === 'off' ? undefined : readOnlyCopy()),
      done,
    )
}

/** With the code that PostgreSQL itself has for this, so that a starting server waits for the primary. */
function readOnlyCopy(): DatabaseUnavailableError {
  const text = 'PostgreSQL is a read-only copy for now'
  return new DatabaseUnavailableError(Object.assign(new Error(text), { code: '25006' }), text)
}

/** The server accepts no further connection, but the pool has others there, which work and become free. */
function isGrowthRefused(pool: pg.Pool, error: unknown): boolean {
  return sqlStateOf(error) === '53300' && pool.totalCount > 0
}

/** All connections were in use for too long. That says nothing about the server. */
function isPoolFull(error: unknown): boolean {
  return isError(error) && error.message === 'timeout exceeded when trying to connect'
}

/** PgBouncer accepts only the parameters that it knows, and reports others as a protocol violation. */
function isParameterRefused(error: unknown): boolean {
  return sqlStateOf(error) === '08P01' && isError(error) && error.message.includes('startup parameter')
}
