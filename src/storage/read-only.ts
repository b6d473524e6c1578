/**
 * Statements that read begin like this and contain none of the writing keywords. Values are parameters, so they are not
 * part of the text.
 */
const READS = /^\s*(select|with|show|values)\b/i
const WRITES = /\b(insert|update|delete|merge|truncate|create|alter|drop|grant|copy)\b/i

/** Statements already checked; about as many as the product has. */
const LIMIT = 2_000
const seen = new Set<string>()

/**
 * Refuses a statement that would write, before it is sent. SQLite's read connection cannot write anyway. PostgreSQL has
 * read-only sessions and transactions, but poolers keep no sessions, and a transaction costs two more statements.
 *
 * @throws Error for a statement that writes
 */
export function requireRead(text: string): void {
  if (seen.has(text)) return
  if (!READS.test(text) || WRITES.test(text)) {
    throw new Error('database.read cannot write: use database.inTransaction')
  }
  if (seen.size < LIMIT) seen.add(text)
}
