import { isError } from '../platform/is-error.ts'

/** PostgreSQL's `unique_violation`, SQLite's `SQLITE_CONSTRAINT_UNIQUE`. */
const POSTGRES_UNIQUE = '23505'
const SQLITE_UNIQUE = 2067

/**
 * Whether a transaction failed because a unique text was taken at the same moment. Nothing of it is stored, on either
 * database.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (!isError(error)) return false
  if ('errcode' in error) return error.errcode === SQLITE_UNIQUE
  return 'code' in error && error.code === POSTGRES_UNIQUE
}
