import { hash } from 'node:crypto'
import pg from 'pg'
import { asStorageError, DatabaseUnavailableError, PREPARED_ELSEWHERE, sqlStateOf } from '../database-trouble.ts'
import { requireRead } from '../read-only.ts'
import { UNBOUNDED } from './transactions.ts'

/** The longest times for PostgreSQL, in milliseconds. */
export type PostgresBounds = {
  /** For one statement. */
  statementMs: number
  /** For a whole transaction. */
  transactionMs: number
}

/** State shared by the connections of one pool. */
export type SharedState = {
  bounds: PostgresBounds
  /**
   * Whether statements are prepared once per connection. Turned off behind a transaction pooler that does not support
   * it.
   */
  usesNames: boolean
  /** Whether PostgreSQL itself received the limits when the connection started; poolers may refuse to pass them on. */
  isBoundByServer: boolean
  /** Called when PostgreSQL, or a pooler in front of it, did not know a prepared statement, or already knew it. */
  namesFailed(): void
  /** Called with the error of every statement that failed for good. */
  failed(error: unknown): void
}

const READ_ONLY = '25006'

/** More than the number of distinct statements in the product. Beyond it, statements are sent unnamed. */
const STATEMENT_LIMIT = 1_000
const names = new Map<string, string>()

function statementName(text: string): string | undefined {
  let name = names.get(text)
  if (name === undefined && names.size < STATEMENT_LIMIT) {
    name = `l_${hash('sha256', text, 'hex').slice(0, 24)}`
    names.set(text, name)
  }
  return name
}

type SendQuery = (
  this: pg.Client,
  query: { name?: string; text: string; values?: unknown[] },
) => Promise<pg.QueryResult>

/** The options of a connection; the pool passes on its own options. */
export type SharedConfig = pg.ClientConfig & {
  shared: SharedState
  /** Called when a connection of this pool leads to a server that is read-only. */
  isReadOnly(): void
}

/**
 * A connection of a pool. It limits its statements and transactions with its own clock, because a server that is frozen
 * or unreachable enforces no limits, and closes the connection if one is exceeded. It prepares each statement once, as
 * long as that works.
 */
export class BoundedClient extends pg.Client {
  /** Set once nobody may get this connection again. */
  isUseless = false
  /** Whether it sends statements that write. */
  mayWrite = true
  readonly #shared: SharedState
  readonly #isReadOnly: () => void
  #transaction: { timer: NodeJS.Timeout; isUnbounded: boolean } | undefined
  #late: string | undefined

  constructor(config: SharedConfig) {
    super(config)
    this.#shared = config.shared
    this.#isReadOnly = config.isReadOnly
    // The pool listens only to idle connections. A connection that breaks inside a transaction fails its next statement
    // and is then discarded. Without a listener here, the error would end the process before that.
    this.on('error', () => {})
  }

  // The declared overloads of `query` cannot be restated; only the one form that Kysely uses is treated here.
  override query: pg.Client['query'] = ((...args: unknown[]) => {
    const [text, values = []] = args
    const isOurs = typeof text === 'string' && Array.isArray(values) && args.length <= 2
    if (isOurs) return this.#ask(text, values)
    return (pg.Client.prototype.query as unknown as (...all: unknown[]) => unknown).apply(this, args)
  }) as pg.Client['query']

  async #ask(text: string, values: unknown[]): Promise<pg.QueryResult> {
    if (!this.mayWrite) requireRead(text)
    try {
      return text === 'begin' ? await this.#begin() : await this.#run(text, values)
    } catch (error) {
      this.#shared.failed(error)
      throw error
    } finally {
      if (text === 'commit' || text === 'rollback') this.#endTransaction()
    }
  }

  async #run(text: string, values: unknown[]): Promise<pg.QueryResult> {
    if (text === UNBOUNDED && this.#transaction !== undefined) this.#lift(this.#transaction)
    const name = this.#shared.usesNames && values.length > 0 ? statementName(text) : undefined
    try {
      return await this.#send({ ...(name !== undefined && { name }), text, ...(values.length > 0 && { values }) })
    } catch (error) {
      if (name === undefined || !PREPARED_ELSEWHERE.has(sqlStateOf(error) ?? '')) throw error
      this.#shared.namesFailed()
      // The failure rolls the transaction back, and all of it is repeated.
      if (this.#transaction !== undefined) throw error
      return this.#send({ text, values })
    }
  }

  async #begin(): Promise<pg.QueryResult> {
    const { statementMs, transactionMs } = this.#shared.bounds
    const timer = setTimeout(() => this.#hangUp(`a transaction took longer than ${transactionMs} ms`), transactionMs)
    timer.unref()
    this.#transaction = { timer, isUnbounded: false }
    const bounds = `set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${transactionMs}`
    try {
      return await this.#send({ text: this.#shared.isBoundByServer ? 'begin' : `begin; ${bounds}` })
    } catch (error) {
      this.#endTransaction()
      throw error
    }
  }

  #lift(transaction: { timer: NodeJS.Timeout; isUnbounded: boolean }): void {
    clearTimeout(transaction.timer)
    transaction.isUnbounded = true
  }

  #endTransaction(): void {
    clearTimeout(this.#transaction?.timer)
    this.#transaction = undefined
  }

  async #send(query: Parameters<SendQuery>[0]): Promise<pg.QueryResult> {
    const { statementMs } = this.#shared.bounds
    // PostgreSQL's limit comes first, so that it has already ended the statement when the connection is discarded.
    const patienceMs = statementMs + 1_000
    const timer = this.#transaction?.isUnbounded
      ? undefined
      : setTimeout(() => this.#hangUp(`a statement took longer than ${statementMs} ms`), patienceMs)
    try {
      const result = await (pg.Client.prototype.query as unknown as SendQuery).call(this, query)
      // If one text contains several statements, the first one counts.
      return Array.isArray(result) ? result[0] : result
    } catch (error) {
      throw this.#judge(error)
    } finally {
      clearTimeout(timer)
    }
  }

  #judge(error: unknown): unknown {
    if (this.#late !== undefined)
      return new DatabaseUnavailableError(error, `PostgreSQL does not answer: ${this.#late}`)
    if (isLastWord(error)) this.isUseless = true
    if (sqlStateOf(error) === READ_ONLY) {
      this.isUseless = true
      this.#isReadOnly()
    }
    return asStorageError(error)
  }

  #hangUp(why: string): void {
    this.#late = why
    this.isUseless = true
    this.#endTransaction()
    // Not `end()`, which sends a goodbye and waits for an answer.
    ;(this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  }
}

/** Whether PostgreSQL ends the connection with this error. The client notices that only later, when the socket closes. */
function isLastWord(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.severity === 'FATAL' || error.severity === 'PANIC')
}
