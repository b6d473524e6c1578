import { describe, expect, it, vi } from 'vitest'
import { AuthError } from '../errors.ts'
import { createHashPool, defaultHashConcurrency, type HashPoolOptions } from './hash-pool.ts'

/** A pool with one running and two waiting places, without real threads. */
function aPool(options: Partial<HashPoolOptions> = {}) {
  return createHashPool({ concurrency: 1, queueLimit: 2, lowerPriority: () => {}, ...options })
}

/** Work that records when it starts and continues until it is told to end. */
function someWork(log: string[], name = 'work') {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const work = () => {
    log.push(name)
    return promise
  }
  return { work, end: () => resolve(name), fail: (error: Error) => reject(error) }
}

async function refusalOf(outcome: Promise<unknown>): Promise<AuthError> {
  const error = await outcome.catch((reason: unknown) => reason)
  if (!(error instanceof AuthError)) throw new Error('was not refused')
  return error
}

/** Lets everything run that is ready to run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('a hash pool', () => {
  it('runs no more at a time than it may, and the rest first come, first served', async () => {
    const pool = aPool({ concurrency: 2, queueLimit: 10 })
    const log: string[] = []
    const works = ['a', 'b', 'c', 'd', 'e'].map((name) => someWork(log, name))
    const results = works.map(({ work }) => pool.run(work))
    await settled()
    expect(log).toEqual(['a', 'b'])
    expect([pool.running, pool.waiting]).toEqual([2, 3])

    works[1]?.end()
    await settled()
    expect(log).toEqual(['a', 'b', 'c'])
    for (const { end } of works) end()
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect([pool.running, pool.waiting]).toEqual([0, 0])
  })

  it('lets nobody who arrives during a change pass those who wait', async () => {
    const pool = aPool()
    const log: string[] = []
    const [first, second, late] = [someWork(log, 'first'), someWork(log, 'second'), someWork(log, 'late')]
    const firstDone = pool.run(first.work)
    const secondDone = pool.run(second.work)
    const lateDone = firstDone.then(() => pool.run(late.work))
    for (const { end } of [first, second, late]) end()
    await Promise.all([firstDone, secondDone, lateDone])
    expect(log).toEqual(['first', 'second', 'late'])
  })

  it('refuses at once when too many wait, without doing the work', async () => {
    const pool = aPool()
    const log: string[] = []
    const works = ['a', 'b', 'c', 'd'].map((name) => someWork(log, name))
    const [a, b, c, d] = works.map(({ work }) => pool.run(work))
    const refusal = await refusalOf(d ?? Promise.reject())
    expect(refusal.code).toBe('overloaded')
    expect(refusal.retryAfterSeconds).toBe(1)
    for (const { end } of works) end()
    expect(await Promise.all([a, b, c])).toEqual(['a', 'b', 'c'])
    expect(log).toEqual(['a', 'b', 'c'])
  })

  it('says when all that wait will be done, from the latest durations', async () => {
    let now = 0
    const clock = { now: () => now }
    const pool = aPool({ concurrency: 2, queueLimit: 10, clock })
    for (let count = 0; count < 50; count += 1) {
      await pool.run(async () => {
        now += count < 10 ? 60_000 : 500
      })
    }
    const works = Array.from({ length: 13 }, () => someWork([]))
    const results = works.map(({ work }) => pool.run(work))
    // Twelve of them, half a second each, two at a time: 3 seconds, and a rest of the slow start.
    const { retryAfterSeconds } = await refusalOf(results.pop() ?? Promise.reject())
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(3)
    expect(retryAfterSeconds).toBeLessThanOrEqual(5)
    for (const { end } of works) end()
    await Promise.all(results)
  })

  it('passes errors on and continues, even if the work fails before it begins', async () => {
    const pool = aPool()
    const failing = someWork([])
    const failed = pool.run(failing.work)
    const thrown = pool.run(() => {
      throw new Error('at once')
    })
    failing.fail(new Error('later'))
    await expect(failed).rejects.toThrow('later')
    await expect(thrown).rejects.toThrow('at once')
    expect(await pool.run(async () => 'fine')).toBe('fine')
    expect([pool.running, pool.waiting]).toEqual([0, 0])
  })

  it('lowers the priority of the threads once, after the first piece of work', async () => {
    const lowerPriority = vi.fn()
    const pool = aPool({ lowerPriority })
    await pool.run(async () => expect(lowerPriority).not.toHaveBeenCalled())
    await pool.run(async () => expect(lowerPriority).toHaveBeenCalledTimes(1))
    expect(lowerPriority).toHaveBeenCalledTimes(1)
  })
})

describe('defaultHashConcurrency', () => {
  it.each([
    [1, 4, 1],
    [2, 4, 2],
    [4, 4, 3],
    [64, 4, 3],
    [8, 16, 8],
    [8, 1, 1],
  ])('has one place for each core and leaves a thread free: %i cores, %i threads', (cores, threads, expected) => {
    expect(defaultHashConcurrency(cores, threads)).toBe(expected)
  })
})
