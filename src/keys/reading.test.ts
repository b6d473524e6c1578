import { describe, expect, it } from 'vitest'
import { createReadingBudget, inTurn } from './reading.ts'

/** A reading that ends when the test says so. */
function aReading() {
  const begun: PromiseWithResolvers<number>[] = []
  const read = inTurn(() => {
    const reading = Promise.withResolvers<number>()
    begun.push(reading)
    return reading.promise
  })
  return { begun, read }
}

describe('readings in turn', () => {
  it('give callers during one reading the next one, all of them the same', async () => {
    const { begun, read } = aReading()
    const first = read()
    const later = [read(), read(), read()]
    expect(begun).toHaveLength(1)
    begun[0]?.resolve(1)
    expect(await first).toBe(1)
    await Promise.resolve()
    expect(begun).toHaveLength(2)
    begun[1]?.resolve(2)
    expect(await Promise.all(later)).toEqual([2, 2, 2])
    read()
    expect(begun).toHaveLength(3)
  })

  it('report a failure to those who asked for that reading, and continue for the others', async () => {
    const { begun, read } = aReading()
    const first = read()
    const second = read()
    begun[0]?.reject(new Error('the database is away'))
    await expect(first).rejects.toThrow('the database is away')
    await Promise.resolve()
    begun[1]?.resolve(2)
    expect(await second).toBe(2)
  })
})

describe('a budget of readings', () => {
  it('allows some at once, then one per interval, and saves no more than the first number', () => {
    let now = 1_000_000
    const mayRead = createReadingBudget({ now: () => now }, 3, 2_000)
    const affordable = () => Array.from({ length: 10 }, mayRead).filter(Boolean).length
    expect(affordable()).toBe(3)
    expect(affordable()).toBe(0)
    now += 1_999
    expect(affordable()).toBe(0)
    now += 1
    expect(affordable()).toBe(1)
    now += 3_600_000
    expect(affordable()).toBe(3)
  })

  it('survives a clock that is set back', () => {
    let now = 1_000_000
    const mayRead = createReadingBudget({ now: () => now }, 1, 2_000)
    expect(mayRead()).toBe(true)
    now -= 500_000
    expect(mayRead()).toBe(false)
    now += 2_000
    expect(mayRead()).toBe(true)
  })
})
