import { AuthError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { lowerWorkerThreadPriority } from './thread-priority.ts'

/** Does a bounded number of hashes at a time and lets a bounded number wait, first come, first served. */
export type HashPool = {
  /**
   * Does `work` as soon as there is room, and gives its result or its error.
   * @throws AuthError `overloaded` if too many wait already, with the seconds until they are expected to be done.
   */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Pieces of work under way. */
  readonly running: number
  /** Pieces of work that wait for room. */
  readonly waiting: number
}

export type HashPoolOptions = {
  /** Pieces of work at a time: see `defaultHashConcurrency`. */
  concurrency: number
  /** Pieces of work that may wait. */
  queueLimit: number
  clock?: Clock
  /** Called once, when the first piece of work is done and the worker threads therefore exist. */
  lowerPriority?: () => void
  /** Told of every piece of work that is turned away. */
  onRefusal?: () => void
}

/**
 * How many hashes to do at a time: one for each core, but never all of libuv's threads, or files and name look-ups would
 * wait behind the logins.
 *
 * @param cores what `availableParallelism()` says.
 * @param threads the size of libuv's pool: `UV_THREADPOOL_SIZE`, 4 if it is not set.
 */
export function defaultHashConcurrency(cores: number, threads = 4): number {
  return Math.max(1, Math.min(cores, threads - 1))
}

/** The share of the newest duration in the running average: half of it is decided by the last five. */
const newestShare = 1 / 8

/** Makes an empty pool. */
export function createHashPool(options: HashPoolOptions): HashPool {
  const { concurrency, queueLimit, clock = systemClock, lowerPriority = lowerWorkerThreadPriority } = options
  const { onRefusal = () => {} } = options
  const queue: (() => void)[] = []
  let running = 0
  let averageMs: number | undefined

  function recordDuration(ms: number) {
    averageMs = averageMs === undefined ? ms : averageMs + (ms - averageMs) * newestShare
  }

  function overloaded(): AuthError {
    onRefusal()
    const drainedMs = ((averageMs ?? 0) * (queue.length + running)) / concurrency
    return new AuthError('overloaded', {
      detail: `${queue.length} passwords wait to be hashed`,
      retryAfterSeconds: Math.max(1, Math.ceil(drainedMs / 1000)),
    })
  }

  return {
    async run(work) {
      if (running < concurrency) {
        running += 1
      } else {
        if (queue.length >= queueLimit) throw overloaded()
        // Whoever leaves hands over the place, so that `running` stays and nobody can slip in between.
        await new Promise<void>((resolve) => queue.push(resolve))
      }
      const startedAt = clock.now()
      try {
        return await work()
      } finally {
        if (averageMs === undefined) lowerPriority()
        recordDuration(Math.max(0, clock.now() - startedAt))
        const next = queue.shift()
        if (next) next()
        else running -= 1
      }
    },
    get running() {
      return running
    },
    get waiting() {
      return queue.length
    },
  }
}
