/** Who hears of what goes wrong with a database, besides the caller whose statement failed. */
export type DatabaseWatch = {
  /** A PostgreSQL connection broke while it was idle. The pool replaces it. */
  connectionLost(error: Error): void
  /** A statement or commit failed, or the database was not reached. See `isTrouble` for what is left out. */
  failed(error: unknown): void
  /** Something works, but not as it was set up. Told once, as a sentence for the log. */
  noticed(sentence: string): void
}

export const unwatched: DatabaseWatch = { connectionLost: () => {}, failed: () => {}, noticed: () => {} }
