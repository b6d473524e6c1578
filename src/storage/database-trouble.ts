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
