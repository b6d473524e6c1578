import { describe, expect, it } from 'vitest'
import { inTurn } from './reading-in-turn.ts'

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
