import { closeSync, existsSync, openSync, renameSync } from 'node:fs'
import { isError, messageOf } from '../../platform/is-error.ts'
import { backup, DatabaseSync } from '../sqlite-module.ts'
import { BackupError } from './backup-error.ts'

/** Copies a database while others use it, into a new file that only the owner may read. */
export async function copySqlite(path: string, target: string): Promise<void> {
  closeSync(openSync(target, 'wx', 0o600))
  const source = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  try {
    await backup(source, target)
  } finally {
    source.close()
  }
}

/**
 * Reads a complete database and counts its content.
 *
 * @throws BackupError if it is damaged, or belongs to another program
 */
export function checkSqlite(path: string): { accounts: number; sessions: number } {
  const file = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  const number = (sql: string) => Number(Object.values(file.prepare(sql).get() ?? {})[0])
  try {
    const [verdict] = file.prepare('pragma quick_check(1)').all()
    if (verdict?.quick_check !== 'ok') throw new BackupError(`the database in it is damaged: ${verdict?.quick_check}`)
    return { accounts: number('select count(*) from accounts'), sessions: number('select count(*) from sessions') }
  } catch (error) {
    if (error instanceof BackupError) throw error
    throw new BackupError(`there is no Latchkey database in it: ${messageOf(error)}`, error)
  } finally {
    file.close()
  }
}

/**
 * Moves a restored file to the place of the database. The previous file and its log are renamed, so that none of it can
 * come back and nothing is lost.
 *
 * @param now for the new name of the previous file
 * @returns the path of the previous database, if there was one
 * @throws BackupError if another process has the database open
 */
export function replaceSqlite(restored: string, path: string, now: number): string | undefined {
  const kept = `${path}.before-restore-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}`
  const isThere = existsSync(path)
  if (isThere) requireUnused(path)
  for (const suffix of ['-wal', '-shm', '-journal', '']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix)
  }
  renameSync(restored, path)
  return isThere ? kept : undefined
}

/** SQLite removes its write-ahead log only for the last process that has the file open. */
function requireUnused(path: string): void {
  let file: DatabaseSync | undefined
  try {
    file = new DatabaseSync(path, { timeout: 100 })
    file.exec('pragma journal_mode = delete')
  } catch (error) {
    const isLocked = isError(error) && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
    // Nobody can be using a file that is damaged or not SQLite's.
    if (isLocked) throw new BackupError(`a server or another program uses ${path}. Stop it first`, error)
  } finally {
    file?.close()
  }
}
