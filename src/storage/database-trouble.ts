import { isAggregateError, isError, messageOf } from '../platform/is-error.ts'
import { tableNames } from './tables.ts'

/**
 * The database is not available now, and may become available again without any change here: it is restarting, its disk
 * is full, or it does not respond. Only the storage layer throws this. Errors of other parts never count as an outage,
 * whatever their code. The cause is the driver's error.
 */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown, message = messageOf(cause)) {
    super(message, { cause })
    this.name = 'DatabaseUnavailableError'
  }
}

/**
 * Tables are not there although the migrations have made them: somebody dropped them, or a restore left them out. The
 * message names them and says what to do. Add the full stop.
 */
export class MissingTablesError extends DatabaseUnavailableError {
  constructor(names: readonly string[], cause?: unknown) {
    const [are, it] = names.length === 1 ? ['the table', 'it'] : ['the tables', 'them']
    super(
      cause,
      `${are} ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing from the database. Somebody dropped ${it}, or a ` +
        `restore left ${it} out. Stop the server, and restore a backup: latchkey restore FILE`,
    )
    this.name = 'MissingTablesError'
  }
}

/**
 * The error that callers of the storage layer see: an outage becomes a `DatabaseUnavailableError`; anything else stays
 * as it is.
 */
export function asStorageError(error: unknown): unknown {
  const missing = missingTableOf(error)
  if (missing !== undefined) return new MissingTablesError([missing], error)
  return isOutage(error) ? new DatabaseUnavailableError(error) : error
}

/** Constraint violations: the name is taken, the row no longer exists. They are a normal result for the caller. */
const POSTGRES_CONSTRAINT_CLASS = '23'
const SQLITE_CONSTRAINT = 19
/** PostgreSQL aborted a transaction because of another one; Latchkey repeats it. */
const POSTGRES_ROLLBACK_CLASS = '40'

/**
 * Whether a failure means that something is wrong with the database, its disk or the connection. Other failures only
 * mean that two requests want the same thing at the same moment.
 */
export function isTrouble(error: unknown): boolean {
  if (!isError(error)) return true
  if ('errcode' in error) return (Number(error.errcode) & 0xff) !== SQLITE_CONSTRAINT
  return ![POSTGRES_CONSTRAINT_CLASS, POSTGRES_ROLLBACK_CLASS].includes(sqlStateOf(error)?.slice(0, 2) ?? '')
}

/** The SQLSTATE of a PostgreSQL error, even if it is wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  const original = error instanceof DatabaseUnavailableError ? error.cause : error
  const code = isError(original) && 'code' in original ? String(original.code) : ''
  return /^[0-9A-Z]{5}$/.test(code) && !UNREACHED.test(code) ? code : undefined
}

/**
 * `invalid_sql_statement_name`, `duplicate_prepared_statement`: a pooler gave the client a connection other than the
 * one with its prepared statements.
 */
export const PREPARED_ELSEWHERE: ReadonlySet<string> = new Set(['26000', '42P05'])

/**
 * Locked by another program, out of memory, not writable, input or output failed, damaged, disk full, cannot be opened,
 * locks lost, not a database.
 */
const SQLITE_OUTAGES: ReadonlySet<number> = new Set([5, 7, 8, 10, 11, 13, 14, 15, 26])
/**
 * Connection (08), admission (28), no such database (3D), rolled back too often (40), resources (53), state (55),
 * intervention or statement time-out (57), system (58); read-only, or cut off for idling or taking too long (25);
 * rights that this user no longer has (42501); faults of PostgreSQL itself, such as a file that may not grow because of
 * a quota (XX).
 */
const POSTGRES_OUTAGES = /^(08|28|3D|40|53|55|57|58|XX)|^(25006|25P03|25P04|42501)$/
const UNREACHED = /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/
/** Messages of the PostgreSQL client that have no code. */
const CLIENT_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection|Client was closed)/

/** Whether a driver's error means that the database is not available now. */
function isOutage(error: unknown): boolean {
  if (isAggregateError(error)) return error.errors.some(isOutage)
  if (!isError(error)) return false
  if ('errcode' in error) return SQLITE_OUTAGES.has(Number(error.errcode) & 0xff)
  return POSTGRES_OUTAGES.test(sqlStateOf(error) ?? '') || isUnreached(error)
}

/** What SQLite says, and the SQLSTATE `undefined_table` of PostgreSQL, whose words depend on its language. */
const SQLITE_NO_TABLE = /^no such table: (?:main\.)?(\w+)$/
const POSTGRES_NO_TABLE = '42P01'
/**
 * The functions in PostgreSQL that look up a table: for a statement on its rows, and to lock or change the table itself.
 * Other functions use the same code if a statement uses a table that its FROM clause lacks.
 */
const POSTGRES_LOOKUPS: ReadonlySet<string> = new Set(['parserOpenTable', 'RangeVarGetRelidExtended'])

/** Finds the Latchkey table that a driver's error calls missing. If it names any other table, the statement is wrong. */
function missingTableOf(error: unknown): string | undefined {
  if (!isError(error)) return undefined
  const isLookup = 'routine' in error && POSTGRES_LOOKUPS.has(String(error.routine))
  const words = isLookup && sqlStateOf(error) === POSTGRES_NO_TABLE ? error.message.match(/\w+/g) : []
  const named = [...(words ?? []), SQLITE_NO_TABLE.exec(error.message)?.[1] ?? '']
  return named.find((word) => tableNames.includes(word))
}

/** Whether the database could not be reached, or the connection to it broke. */
export function isUnreached(error: unknown): boolean {
  if (isAggregateError(error)) return error.errors.some(isUnreached)
  if (!isError(error)) return false
  return UNREACHED.test('code' in error ? String(error.code) : '') || CLIENT_LOST.test(error.message)
}

/** The disk of PostgreSQL or SQLite is full, or a quota is exhausted, for which PostgreSQL has no code. */
export function isDiskFull(error: unknown): boolean {
  const original = error instanceof DatabaseUnavailableError ? error.cause : error
  const state = sqlStateOf(original)
  if (state === '53100' || (state === 'XX000' && /^could not (extend|write)/.test(messageOf(original)))) return true
  return isError(original) && 'errcode' in original && (Number(original.errcode) & 0xff) === 13
}
