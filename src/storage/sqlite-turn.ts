// Imported, because the tests of an application may replace the global functions with fake ones. Then nothing would
// ever be read or committed.
import { nextTick } from 'node:process'
import { setImmediate } from 'node:timers'

/** The end of the current turn of the event loop. */
export type SqliteTurn = {
  /** Runs `work` at the end of the turn. Call it once per turn. */
  read(work: () => void): void
  /** Runs `work` after the turn's reads, and after everything that follows from them at once. Call it once per turn. */
  write(work: () => void): void
}

/**
 * When SQLite works: at the end of each turn of the event loop, first the reads and then the writes. A request that
 * reads and then writes therefore joins the commit of the same turn. Otherwise it would join the next one, and the
 * requests of a busy server would divide into two groups that wait for the disk one after the other.
 */
export function createSqliteTurn(): SqliteTurn {
  let reads: (() => void) | undefined
  let writes: (() => void) | undefined
  let isDue = false
  let isReading = false

  function schedule(): void {
    if (isDue) return
    isDue = true
    setImmediate(runReads)
  }

  function runReads(): void {
    isDue = false
    const work = reads
    reads = undefined
    if (work === undefined) {
      runWrites()
      return
    }
    isReading = true
    // Node runs a tick that a promise callback requests after all promise callbacks, even those added in the meantime.
    void Promise.resolve().then(() => nextTick(runWrites))
    work()
  }

  function runWrites(): void {
    isReading = false
    const work = writes
    writes = undefined
    work?.()
  }

  return {
    read(work) {
      reads = work
      schedule()
    },
    write(work) {
      writes = work
      if (!isReading) schedule()
    },
  }
}
