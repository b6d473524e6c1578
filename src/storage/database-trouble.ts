/** Constraint violations: texts that are taken, rows that are gone meanwhile. Asked for, and answered by whoever asked. */
const POSTGRES_CONSTRAINT_CLASS = '23'
const SQLITE_CONSTRAINT = 19
/** Transactions that were undone for the sake of others, and are tried again. */
const POSTGRES_ROLLBACK_CLASS = '40'

/**
 * Whether a failure means that something is wrong with the database, its disk or the way there; others are how two that
 * want the same at the same moment find out.
 */
export function isTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  if ('errcode' in error) return (Number(error.errcode) & 0xff) !== SQLITE_CONSTRAINT
  const code = 'code' in error ? String(error.code) : ''
  const isSqlState = /^[0-9A-Z]{5}$/.test(code)
  return !(isSqlState && [POSTGRES_CONSTRAINT_CLASS, POSTGRES_ROLLBACK_CLASS].includes(code.slice(0, 2)))
}

/** Locked by another program, not writable, input or output failed, disk full, cannot be opened. */
const SQLITE_OUTAGES: ReadonlySet<number> = new Set([5, 8, 10, 13, 14])
/** Connection, admission, resources, state, what an operator did, the system; and one that became a read-only copy. */
const POSTGRES_OUTAGES = /^(08|28|3D|53|55|57|58)|^25006$/
const UNREACHED = /^E(CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)$/
/** What the PostgreSQL client says without a code. */
const CLIENT_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/

/** Whether the database does not do its work for now, and may again without a change here: it is restarted, its disk full. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isOutage)
  if (!(error instanceof Error)) return false
  if ('errcode' in error) return SQLITE_OUTAGES.has(Number(error.errcode) & 0xff)
  const code = 'code' in error ? String(error.code) : ''
  return UNREACHED.test(code) || POSTGRES_OUTAGES.test(code) || CLIENT_LOST.test(error.message)
}
