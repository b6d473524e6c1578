/** A statement that reads begins so, and has none of the words that write. Values are parameters, so they are not in it. */
const READS = /^\s*(select|with|show|values)\b/i
const WRITES = /\b(insert|update|delete|merge|truncate|create|alter|drop|grant|copy)\b/i

/** Statements that were looked at; there are about as many as the product has. */
const LIMIT = 2_000
const seen = new Set<string>()

/**
 * Refuses what would write, before it is sent. SQLite's connection for reads cannot write anyway. PostgreSQL has read-only
 * sessions and transactions, but poolers keep no sessions, and a transaction costs two more statements.
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
