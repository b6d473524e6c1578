import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { isError } from '../platform/is-error.ts'
import { asStorageError, DatabaseUnavailableError } from './database-trouble.ts'
import type { Transaction } from './prepared.ts'
import type { SqliteTurn } from './sqlite-turn.ts'
import type { InTransaction } from './transaction.ts'

/** The most units that one commit may serve. This limits how long the event loop is blocked. */
const BATCH_LIMIT = 256
/** How long a transaction waits for another process's write lock. */
const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 5

type Waiting = {
  /** SQLite rolls back a failed statement by itself, so a unit of one statement needs no savepoint. */
  isOneStatement: boolean
  run(tx: Transaction): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

type SqliteTransactionParts = {
  file: DatabaseSync
  /** The same file behind Kysely. */
  writer: Transaction
  turn: SqliteTurn
  /** Resolves when everything committed before is durable. */
  sync(): Promise<void>
  /** @throws DatabaseUnavailableError if the file is no longer the one that was opened */
  checkFile(): void
  /** Called if a transaction cannot begin or cannot be committed durably. */
  failed(error: unknown): void
}

/**
 * Transactions on SQLite with group commit: all units that arrive while the last commit becomes durable share the next
 * one, each in its own savepoint if it has several statements. So they wait for the disk once, without blocking the
 * event loop. Units run one after the other; if one fails, only that one is rolled back.
 */
export function sqliteTransactions({ file, writer, turn, sync, checkFile, failed }: SqliteTransactionParts): {
  inTransaction: InTransaction
  /** For a unit of exactly one statement. */
  inOneStatement: InTransaction
} {
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
    turn.write(async () => {
      const batch = waiting.splice(0, BATCH_LIMIT)
      await runBatch(batch)
      isScheduled = false
      if (waiting.length > 0) schedule()
    })
  }

  /**
   * After a failed fsync, nobody can know whether pages of the log are lost, and the next fsync would not report it.
   * Later commits must not rely on them. So the complete log is first copied into the database, which is then synced.
   */
  function mendLog(): void {
    if (checkpoint.get()?.busy !== 0) throw new Error('a reader prevents the SQLite log from being repaired')
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
      // Nobody will open this file again, so what was written to it is lost anyway.
      checkFile()
    } catch (error) {
      // A file that was closed meanwhile has nothing to roll back, and asking it would throw.
      if (file.isOpen && file.isTransaction) file.exec('rollback')
      failed(error)
      const failure = asStorageError(error)
      for (const unit of batch) unit.reject(failure)
      return
    }
    for (const settle of settled) settle()
  }

  /** @throws the error of the unit, if it made SQLite roll back the transaction of the complete batch */
  async function runUnit(unit: Waiting): Promise<() => void> {
    if (!unit.isOneStatement) savepoint.run()
    try {
      const value = await unit.run(writer)
      // A unit may have ignored a failure that rolled back everything.
      if (!file.isTransaction) throw new DatabaseUnavailableError('SQLite has undone the transaction')
      if (!unit.isOneStatement) release.run()
      return () => unit.resolve(value)
    } catch (error) {
      // On a full disk, and after some disk failures, SQLite rolls back by itself. The savepoint then no longer exists.
      if (!file.isTransaction)
        throw error instanceof DatabaseUnavailableError ? error : new DatabaseUnavailableError(error)
      if (!unit.isOneStatement) {
        file.exec('rollback to unit')
        release.run()
      }
      return () => unit.reject(error)
    }
  }

  const queue =
    (isOneStatement: boolean): InTransaction =>
    <T>(unit: (tx: Transaction) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ isOneStatement, run: unit, resolve: (value) => resolve(value as T), reject })
        schedule()
      })
  return { inTransaction: queue(false), inOneStatement: queue(true) }
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
  return isError(error) && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY
}
