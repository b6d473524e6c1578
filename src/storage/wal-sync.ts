import { fdatasync, fdatasyncSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Syncs committed data to the disk. */
type WalSync = {
  /** Resolves when everything committed before would survive a power cut. Only one caller at a time. */
  sync(): Promise<void>
  close(): Promise<void>
}

/**
 * If the last sync took no longer than this, the next one runs on the event loop: handing it to a thread would take as
 * long. In milliseconds.
 */
const QUICK_MS = 0.5

/** Like `FileHandle.datasync`, which Yarn's Plug'n'Play lacks. */
const syncData = promisify(fdatasync)

/**
 * Syncs the write-ahead log of a SQLite file. With `synchronous=NORMAL`, a commit writes its pages into the log and
 * leaves the fsync to this function. SQLite itself still syncs everything else, before and after a checkpoint and when
 * the log starts again. So a commit plus this function is as durable as a commit with `synchronous=FULL`, but does not
 * block the event loop while the disk is slow or busy.
 *
 * @param path of the database
 */
export function createWalSync(path: string): WalSync {
  let log: FileHandle | undefined
  let lastTookMs = Number.POSITIVE_INFINITY
  return {
    async sync() {
      // From the first transaction on, the log exists and stays the same file until the database is closed. SQLite's
      // locks are on other files; closing a locked file would remove its locks.
      log ??= await open(`${path}-wal`, 'r+')
      const began = performance.now()
      if (lastTookMs < QUICK_MS) fdatasyncSync(log.fd)
      else await syncData(log.fd)
      lastTookMs = performance.now() - began
    },
    // Waits for the sync that is running.
    close: async () => log?.close(),
  }
}
