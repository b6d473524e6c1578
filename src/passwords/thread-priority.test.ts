import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { expect, it } from 'vitest'
import { systemRandom } from '../platform/random.ts'
import { createHashPool } from './hash-pool.ts'
import { hashPassword } from './password-hash.ts'
import { lowerWorkerThreadPriority } from './thread-priority.ts'

/** The niceness of each thread of this process, by its name. */
function nicenessByThread(): [name: string, niceness: number][] {
  return readdirSync('/proc/self/task').map((thread) => [
    readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim(),
    getPriority(Number(thread)),
  ])
}

it.runIf(process.platform === 'linux')(
  'gives the hashing threads a lower priority than the event loop, and no others',
  async () => {
    const own = getPriority()
    const pool = createHashPool({ concurrency: 1, queueLimit: 1 })
    await pool.run(() => hashPassword('a password', { memoryKib: 8, passes: 1, lanes: 1 }, systemRandom))

    const threads = nicenessByThread()
    const workers = threads.filter(([name]) => name === 'libuv-worker')
    expect(workers.length).toBeGreaterThan(0)
    expect(workers.map(([, niceness]) => niceness)).toEqual(workers.map(() => Math.min(own + 10, 19)))
    expect(getPriority()).toBe(own)

    lowerWorkerThreadPriority()
    expect(nicenessByThread()).toEqual(threads)
  },
)
