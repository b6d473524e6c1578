import { isError } from '../platform/is-error.ts'

/** PostgreSQL's `unique_violation`, SQLite's `SQLITE_CONSTRAINT_UNIQUE`. */
const POSTGRES_UNIQUE = '23505'
const SQLITE_UNIQUE = 2067

/**
 * Whether a transaction failed because another one took a unique text at the same moment. Neither database stores any
 * of it.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (!isError(error)) return false
  if ('errcode' in error) return error.errcode === SQLITE_UNIQUE
  return 'code' in error && error.code === POSTGRES_UNIQUE
}
