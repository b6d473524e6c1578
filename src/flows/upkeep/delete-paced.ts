import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../storage/database.ts'
import type { Transaction } from '../../storage/prepared.ts'
import type { TidyingTurn } from '../../storage/tidying-turn.ts'

/**
 * How long one batch may take. On SQLite, everybody waits for it. On PostgreSQL, only its rows are locked, and the time
 * includes the round trip to the database.
 */
const BATCH_MS = { sqlite: 1.5, postgres: 10 } as const
/**
 * The pause after a batch, as a multiple of the time it took with its commit, so that deleting takes a tenth of the
 * time at most.
 */
const PAUSE_FACTOR = 9
const SHORTEST_PAUSE_MS = 5
const FIRST_SIZE = 32
/** This few rows take less than a millisecond. If they took longer, something else keeps the machine busy. */
const SMALLEST_SIZE = 8
const LARGEST_SIZE = 2_000

/** Rows of one kind that are no longer needed. */
export type Chore = {
  /** For the log: "deleting old events". */
  what: string
  /**
   * Deletes at most `limit` of them.
   *
   * @returns how many; fewer than `limit` if none are left. If it also looks at rows that it keeps: how many it has
   * examined, fewer than `limit` if none are left, and how many of them it has deleted
   */
  remove(tx: Transaction, limit: number): Promise<number | { examined: number; deleted: number }>
}

type PacedParts = {
  database: Database
  turn: TidyingTurn
  /** The time, for the turn. */
  now(): number
  /** Ends the work after the current batch. */
  signal?: AbortSignal | undefined
}

/**
 * Deletes rows in small batches, with pauses between them, so that requests hardly notice. The time of each batch
 * decides the size of the next. Only one process at a time does this; a second one leaves the rest to it.
 *
 * @returns how many rows it has deleted
 */
export async function deletePaced({ remove }: Chore, { database, turn, now, signal }: PacedParts): Promise<number> {
  let total = 0
  let size = FIRST_SIZE
  while (signal?.aborted !== true) {
    const limit = size
    const begunAt = performance.now()
    const batch = await database.inTransaction(async (tx) => {
      if (!(await turn.take(tx, now()))) return undefined
      const startedAt = performance.now()
      const count = await remove(tx, limit)
      const counts = typeof count === 'number' ? { examined: count, deleted: count } : count
      return { ...counts, tookMs: performance.now() - startedAt }
    })
    if (batch === undefined) return total
    total += batch.deleted
    if (batch.examined < limit) return total
    size = nextSize(size, batch.tookMs, BATCH_MS[database.kind])
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * (performance.now() - begunAt))
    await delay(pauseMs, undefined, { signal }).catch(() => {})
  }
  return total
}

/**
 * As many rows as fit into the time, and at most twice as many as before, because one quick batch may have been luck.
 */
export function nextSize(size: number, tookMs: number, batchMs: number): number {
  const fitting = Math.floor((size * batchMs) / Math.max(tookMs, 0.01))
  return Math.max(SMALLEST_SIZE, Math.min(fitting, 2 * size, LARGEST_SIZE))
}
