import { statSync } from 'node:fs'
import { DatabaseUnavailableError } from './database-trouble.ts'

/** Checks whether the file at a path is still the original one. */
type OpenedFile = {
  /** @throws DatabaseUnavailableError if it was deleted, moved or replaced */
  check(): void
}

/**
 * Remembers which file is at `path`. Call it right after opening the file: a process can continue to write to an open
 * file after somebody has deleted it, and all of that is lost when the process closes it.
 */
export function rememberFile(path: string): OpenedFile {
  const opened = statSync(path, { bigint: true })
  return {
    check() {
      const found = statSync(path, { bigint: true, throwIfNoEntry: false })
      if (found?.ino === opened.ino && found.dev === opened.dev) return
      const what = found === undefined ? 'was deleted or moved away' : 'was replaced by another one'
      throw new DatabaseUnavailableError(
        undefined,
        `the database file ${path} ${what} while the server was running. Stop the server and put the right file there`,
      )
    },
  }
}
