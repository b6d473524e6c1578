import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const threads = '/proc/self/task'
const leastUrgent = 19

/**
 * Lowers the priority of libuv's worker threads, which compute the hashes, so that other requests keep their pace
 * during a login flood. The threads must exist; they do after the first hash. Their other work (files, name lookups,
 * compression) yields too. Calling it again has no effect.
 *
 * Linux only, where each thread has its own niceness. Elsewhere, and where it is forbidden, it does nothing.
 *
 * @param by how many steps of niceness to add; ten leave the threads a tenth of a contended core
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
    // Optional: without /proc, or if the call is filtered, the threads stay as they are.
  }
}
