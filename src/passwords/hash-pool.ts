import { AuthError } from '../errors.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { lowerWorkerThreadPriority } from './thread-priority.ts'

/** Runs a limited number of hashes at a time, and lets a limited number wait, in order. */
export type HashPool = {
  /**
   * Runs `work` as soon as there is room, and returns its result or throws its error.
   * @throws AuthError `overloaded` if too many are waiting, with the seconds until they will probably be done
   */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Hashes that are running. */
  readonly running: number
  /** Hashes that are waiting. */
  readonly waiting: number
}

export type HashPoolOptions = {
  /** How many hashes may run at a time: see `defaultHashConcurrency`. */
  concurrency: number
  /** How many hashes may wait. */
  queueLimit: number
  clock?: Clock
  /** Called once, when the first hash is done and the worker threads therefore exist. */
  lowerPriority?: () => void
  /** Called for every hash that is refused. */
  onRefusal?: () => void
}

/**
 * How many hashes to run at a time: one per core, but never all of libuv's threads. Otherwise files and name lookups
 * would wait behind logins.
 *
 * @param cores the result of `availableParallelism()`
 * @param threads the size of libuv's pool: `UV_THREADPOOL_SIZE`, by default 4
 */
export function defaultHashConcurrency(cores: number, threads = 4): number {
  return Math.max(1, Math.min(cores, threads - 1))
}

/** The weight of the newest duration in the moving average: the last five durations make up half of it. */
const newestShare = 1 / 8

/** Creates an empty pool. */
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
        // A hash that finishes passes its place to the next one, so `running` stays and nobody can slip in between.
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
