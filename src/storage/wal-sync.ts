import { fdatasyncSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Brings what was committed to the disk. */
type WalSync = {
  /** Resolves when everything that was committed before would survive a power cut. To be called by one at a time. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A disk that took no longer the last time is waited for on the event loop: handing it to a thread takes as long. In milliseconds. */
const QUICK_MS = 0.5

/**
 * Takes care of the write-ahead log of a SQLite file. With `synchronous=NORMAL` a commit writes its pages into the log and
 * leaves the fsync to whoever needs it; whatever else must be on the disk, before and after a checkpoint or when the log
 * begins anew, SQLite still syncs by itself. So a commit and this are together what a commit with `synchronous=FULL` is,
 * but for keeping the event loop waiting for a disk that is slow or busy.
 *
 * @param path of the database
 */
export function createWalSync(path: string): WalSync {
  let log: FileHandle | undefined
  let lastTookMs = Number.POSITIVE_INFINITY
  return {
    async sync() {
      // From the first transaction on the log is there, and is the same file until the database is closed. SQLite's locks
      // are on other files, which matters since closing a file would take them away.
      log ??= await open(`${path}-wal`, 'r+')
      const began = performance.now()
      if (lastTookMs < QUICK_MS) fdatasyncSync(log.fd)
      else await log.datasync()
      lastTookMs = performance.now() - began
    },
    // Waits for what is under way.
    close: async () => log?.close(),
  }
}
