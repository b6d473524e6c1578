import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const threads = '/proc/self/task'
const leastUrgent = 19

/**
 * Makes libuv's worker threads, where the hashing is done, less urgent than the event loop, so that requests which need
 * no hash keep their pace while logins flood. The threads must exist, which they do after the first piece of work.
 * Their other work (files, name look-ups, compression) yields likewise. Calling it again changes nothing.
 *
 * Linux only, where each thread has its own niceness; elsewhere, and where it is forbidden, nothing happens.
 *
 * @param by how many steps of niceness they stand behind the main thread; ten leave them a tenth of a contended core.
 */
export function lowerWorkerThreadPriority(by = 10): void {
  if (process.platform !== 'linux') return
  try {
    const niceness = Math.min(getPriority() + by, leastUrgent)
    for (const thread of readdirSync(threads)) {
      const name = readFileSync(`${threads}/${thread}/comm`, 'utf8').trim()
      if (name === 'libuv-worker') setPriority(Number(thread), niceness)
    }
  } catch {
    // A courtesy, not a need: without /proc, or with the call filtered, the threads stay as they are.
  }
}
