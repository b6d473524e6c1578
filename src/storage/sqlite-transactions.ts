import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { asStorageError, DatabaseUnavailableError } from './database-trouble.ts'
import type { Queryable } from './prepared.ts'
import type { InTransaction } from './transaction.ts'

/** How many units one commit may serve: bounds how long the event loop is held. */
const BATCH_LIMIT = 256
/** How long a transaction waits for another process's write lock. */
const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 5

type Waiting = {
  run(tx: Queryable): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

type SqliteTransactionParts = {
  file: DatabaseSync
  /** The same file behind Kysely. */
  writer: Queryable
  /** Resolves when what was committed before is durable. */
  sync(): Promise<void>
  /** @throws DatabaseUnavailableError if the file is not the one any more that was opened */
  checkFile(): void
  /** Told if a transaction can neither begin nor be committed durably. */
  failed(error: unknown): void
}

/**
 * Transactions on SQLite by group commit: the units that have come while the last commit was made durable share the next
 * one, each in a savepoint of its own, so that the disk is waited for once for all of them, and beside the event loop.
 * Units run one after the other; one that fails is undone alone.
 */
export function sqliteTransactions({ file, writer, sync, checkFile, failed }: SqliteTransactionParts): InTransaction {
  const begin = file.prepare('begin immediate')
  const commit = file.prepare('commit')
  const savepoint = file.prepare('savepoint unit')
  const release = file.prepare('release unit')
  const checkpoint = file.prepare('pragma wal_checkpoint(truncate)')
  const waiting: Waiting[] = []
  let isScheduled = false
  let mayLackPages = false

  function schedule(): void {
    if (isScheduled) return
    isScheduled = true
    setImmediate(async () => {
      const batch = waiting.splice(0, BATCH_LIMIT)
      await runBatch(batch)
      isScheduled = false
      if (waiting.length > 0) schedule()
    })
  }

  /**
   * Whether an fsync that failed has lost pages of the log nobody can know, and the next fsync would not say so. Later
   * commits must not stand on them, so all that is in the log is brought into the database first, which is synced then.
   */
  function mendLog(): void {
    if (checkpoint.get()?.busy !== 0) throw new Error('a reader keeps the log of SQLite from being mended')
    mayLackPages = false
  }

  async function runBatch(batch: Waiting[]): Promise<void> {
    const settled: (() => void)[] = []
    try {
      if (mayLackPages) mendLog()
      await beginWhenFree(begin)
      for (const unit of batch) settled.push(await runUnit(unit))
      commit.run()
      mayLackPages = true
      await sync()
      mayLackPages = false
      // What was written into a file that nobody will open again is as good as lost.
      checkFile()
    } catch (error) {
      // A file that was closed meanwhile has nothing to undo, and takes offence at the question.
      if (file.isOpen && file.isTransaction) file.exec('rollback')
      failed(error)
      const told = asStorageError(error)
      for (const unit of batch) unit.reject(told)
      return
    }
    for (const settle of settled) settle()
  }

  /** @throws what the unit failed with, if SQLite has undone the transaction of the whole batch because of it */
  async function runUnit(unit: Waiting): Promise<() => void> {
    savepoint.run()
    try {
      const value = await unit.run(writer)
      // A unit may have taken no notice of a failure that undid everything.
      if (!file.isTransaction) throw new DatabaseUnavailableError('SQLite has undone the transaction')
      release.run()
      return () => unit.resolve(value)
    } catch (error) {
      // On a full disk, and after some failures of a disk, SQLite rolls back by itself: then there is no savepoint any more.
      if (!file.isTransaction)
        throw error instanceof DatabaseUnavailableError ? error : new DatabaseUnavailableError(error)
      file.exec('rollback to unit')
      release.run()
      return () => unit.reject(error)
    }
  }

  return <T>(unit: (tx: Queryable) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ run: unit, resolve: (value) => resolve(value as T), reject })
      schedule()
    })
}

async function beginWhenFree(begin: StatementSync): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOCK_RETRY_MS) {
    try {
      begin.run()
      return
    } catch (error) {
      if (!isBusy(error) || waitedMs >= LOCK_WAIT_MS) throw error
      await delay(LOCK_RETRY_MS)
    }
  }
}

function isBusy(error: unknown): boolean {
  const SQLITE_BUSY = 5
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
}
