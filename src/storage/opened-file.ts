import { statSync } from 'node:fs'
import { DatabaseUnavailableError } from './database-trouble.ts'

/** Looks whether the file at a path is still the one that was there at first. */
export type OpenedFile = {
  /** @throws DatabaseUnavailableError if it was deleted, moved or replaced */
  check(): void
}

/**
 * Remembers which file is at `path`. To be asked for right after the file was opened: whoever holds a file open can write
 * to it long after it was deleted, and all that is lost when they let go of it.
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
        `the database file ${path} ${what} while the server runs. Stop the server and put the right file there`,
      )
    },
  }
}
