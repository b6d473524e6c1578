import { setTimeout } from 'node:timers/promises'
import type { Logger } from '../platform/log.ts'
import type { Database } from '../storage/database.ts'
import type { Transaction } from '../storage/prepared.ts'

/** The most results that one transaction records. */
const GROUP_LIMIT = 200
const AGAIN_AFTER_MS = 500

/** Records results, several in one transaction. */
type Settler<Result> = {
  /** Resolves once the result is recorded, or left to the next process because this one must stop. */
  settle(result: Result): Promise<void>
}

/**
 * Results that arrive during a transaction share the next one. If the database does not accept them, they are retried
 * until it does: unrecorded work would be done twice.
 *
 * @param signal aborted when there is no more time
 */
export function createSettler<Result>({
  database,
  note,
  signal,
  log,
  queue,
}: {
  database: Database
  /** Records a group, in a transaction. */
  note(tx: Transaction, results: readonly Result[]): Promise<void>
  signal: AbortSignal
  log: Logger
  queue: string
}): Settler<Result> {
  const waiting: { result: Result; resolve(): void }[] = []
  let isWorking = false
  let isFailing = false

  async function noteGroup(results: readonly Result[]): Promise<void> {
    for (;;) {
      try {
        await database.inTransaction((tx) => note(tx, results))
        isFailing = false
        return
      } catch (error) {
        if (!isFailing)
          log.warn({ queue, err: error }, 'results cannot be stored in the database; this is retried until they are')
        isFailing = true
        if (signal.aborted) return
        await setTimeout(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  async function work(): Promise<void> {
    if (isWorking) return
    isWorking = true
    while (waiting.length > 0) {
      const group = waiting.splice(0, GROUP_LIMIT)
      await noteGroup(group.map(({ result }) => result))
      for (const { resolve } of group) resolve()
    }
    isWorking = false
  }

  return {
    settle: (result) =>
      new Promise((resolve) => {
        waiting.push({ result, resolve })
        void work()
      }),
  }
}
