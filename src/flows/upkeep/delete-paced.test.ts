import { describe, expect, it } from 'vitest'
import { databases } from '../../../test/support/databases.ts'
import { createMigratedDatabase } from '../../../test/support/migrated-database.ts'
import { createTidyingTurn } from '../../storage/tidying-turn.ts'
import { deletePaced, nextSize } from './delete-paced.ts'

const NOW = 1_900_000_000_000

describe('the size of the next batch', () => {
  it.each([
    ['grows to twice the size at most', 32, 0.1, 64],
    ['shrinks to what fits into the time', 100, 40, 10],
    ['is eight rows at least, however busy the machine is', 10, 10_000, 8],
    ['has a limit', 1_900, 1, 2_000],
  ])('%s', (_what, size, tookMs, next) => expect(nextSize(size, tookMs, 4)).toBe(next))
})

describe.each(databases)('deleting old rows on $name', (kind) => {
  it('continues until none are left, and stops after the current batch if it is asked to', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    const database = place.open()
    const sizes: number[] = []
    let left = 200
    const stopping = new AbortController()
    const chore = {
      what: 'deleting',
      remove: async (_tx: unknown, limit: number) => {
        const count = Math.min(left, limit)
        sizes.push(limit)
        left -= count
        if (left < 100) stopping.abort()
        return count
      },
    }
    const parts = { database, turn: createTidyingTurn(), now: () => NOW }
    const stopped = await deletePaced(chore, { ...parts, signal: stopping.signal })
    expect(stopped).toBe(200 - left)
    expect(left).toBeLessThan(100)
    expect(await deletePaced(chore, parts)).toBe(200 - stopped)
    for (const [turn, size] of sizes.entries()) expect(size).toBeLessThanOrEqual(2 * (sizes[turn - 1] ?? 32))
    await place.drop()
  })

  it('is done by one process at a time, and by the next one if that has died', async () => {
    const place = await createMigratedDatabase(kind, NOW)
    const [first, second] = [place.open(), place.open()]
    const chore = { what: 'deleting', remove: async () => 0 }
    const taken = (database: typeof first, turn: ReturnType<typeof createTidyingTurn>, now: number) =>
      database.inTransaction((tx) => turn.take(tx, now))
    const [mine, other] = [createTidyingTurn(), createTidyingTurn()]
    expect(await taken(first, mine, NOW)).toBe(true)
    expect(await taken(second, other, NOW + 1_000)).toBe(false)
    expect(await taken(first, mine, NOW + 2_000)).toBe(true)
    expect(await taken(second, other, NOW + 60_000)).toBe(true)
    expect(await taken(first, mine, NOW + 61_000)).toBe(false)
    await second.inTransaction(other.giveBack)
    expect(await taken(first, mine, NOW + 62_000)).toBe(true)
    expect(await deletePaced(chore, { database: second, turn: other, now: () => NOW + 62_000 })).toBe(0)
    await place.drop()
  })
})
