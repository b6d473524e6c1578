import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createTurns } from './turns.ts'

/** Work that lasts until the test ends it. */
function workers(places: number) {
  const turns = createTurns()
  const going: { name: string; end: () => void }[] = []
  return {
    going: () => going.map(({ name }) => name),
    start: (name: string, key = 'one') =>
      turns.take(key, places).then((leave) => {
        going.push({ name, end: leave })
      }),
    async end(name: string) {
      const [ended] = going.splice(
        going.findIndex((worker) => worker.name === name),
        1,
      )
      ended?.end()
      await setImmediate()
    },
  }
}

describe('turns', () => {
  it('let as many run as there are places, and the next one when a place is free, first come, first served', async () => {
    const { start, end, going } = workers(2)
    for (const name of ['a', 'b', 'c', 'd']) void start(name)
    await setImmediate()
    expect(going()).toEqual(['a', 'b'])
    await end('b')
    expect(going()).toEqual(['a', 'c'])
    await end('a')
    await end('c')
    expect(going()).toEqual(['d'])
  })

  it('are separate for each key', async () => {
    const { start, going } = workers(1)
    void start('a')
    void start('b', 'another')
    await setImmediate()
    expect(going()).toEqual(['a', 'b'])
  })

  it('are all free again when everybody has left', async () => {
    const { start, end, going } = workers(1)
    await start('a')
    await end('a')
    await start('b')
    expect(going()).toEqual(['b'])
  })

  it('refuse the 101st that would have to wait', async () => {
    const { start, end, going } = workers(1)
    await start('first')
    const waiting = Array.from({ length: 100 }, (_, nth) => start(`waiting ${nth}`))
    await expect(start('too many')).rejects.toMatchObject({ code: 'throttled', retryAfterSeconds: 1 })
    await end('first')
    await waiting[0]
    expect(going()).toEqual(['waiting 0'])
  })
})
