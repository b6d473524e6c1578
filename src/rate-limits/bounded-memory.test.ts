import { describe, expect, it } from 'vitest'
import { BoundedMemory } from './bounded-memory.ts'

const options = { keyPrefix: 'test', points: 5, duration: 60 }
const countOf = async (memory: BoundedMemory, key: string) => (await memory.get(key))?.consumedPoints

describe('counters in memory', () => {
  it('forget the least recently used key when there are too many', async () => {
    const memory = new BoundedMemory(options, 2)
    await memory.consume('victim')
    await memory.consume('stranger')
    await memory.consume('victim')
    await memory.consume('another')
    expect(await countOf(memory, 'victim')).toBe(2)
    expect(await countOf(memory, 'another')).toBe(1)
    expect(await countOf(memory, 'stranger')).toBeUndefined()
  })

  it('stay within their bound, although addresses rotate', async () => {
    const memory = new BoundedMemory(options, 100)
    for (let nth = 0; nth < 5_000; nth++) await memory.consume(`2001:db8:${nth.toString(16)}:0::/64`)
    expect(memory.dump().storage).toHaveLength(100)
  })

  it('make room for others when a key is cleared', async () => {
    const memory = new BoundedMemory(options, 2)
    await memory.consume('a')
    await memory.consume('b')
    await memory.delete('b')
    await memory.consume('c')
    expect(await countOf(memory, 'a')).toBe(1)
  })
})
