/** Is notified of problems with a database, in addition to the caller whose statement failed. */
export type DatabaseWatch = {
  /** A PostgreSQL connection broke while it was idle. The pool replaces it. */
  connectionLost(error: Error): void
  /** A statement or commit failed, or the database could not be reached. `isTrouble` decides which failures count. */
  failed(error: unknown): void
  /** Something works, but differently from how it was set up. Called once, with a sentence for the log. */
  noticed(sentence: string): void
}

export const unwatched: DatabaseWatch = { connectionLost: () => {}, failed: () => {}, noticed: () => {} }
