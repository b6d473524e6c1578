import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  advance,
  type FeedEntry,
  type FeedPosition,
  formatFeedPosition,
  parseFeedPosition,
  positionBehind,
  readOnFrom,
  SETTLED_MS,
} from './feed-position.ts'
import { CLOCK_SKEW_MS } from './session.ts'

const start = 1_900_000_000_000

/** Reads once, as the feed does, what exists at `now`. */
function read(visible: readonly FeedEntry[], position: FeedPosition, now: number, limit: number) {
  const sorted = visible.toSorted((a, b) => a.id - b.id)
  const overlap = sorted.filter(({ id }) => id > position.settledId && id <= position.lastId)
  const from = readOnFrom(position, overlap)
  const page = sorted.filter(({ id }) => id > from).slice(0, limit)
  return { page, next: advance(position, overlap, page, now) }
}

describe('a position in the feed', () => {
  it('reports nothing twice while nothing appears behind it', () => {
    const entries = [1, 2, 3].map((id) => ({ id, at: start + id }))
    const first = read(entries, positionBehind(0), start + 10, 100)
    expect(first.page).toEqual(entries)
    const second = read(entries, first.next, start + 20, 100)
    expect(second.page).toEqual([])
    const third = read([...entries, { id: 4, at: start + 25 }], second.next, start + 30, 100)
    expect(third.page.map(({ id }) => id)).toEqual([4])
  })

  it('goes back if an event with a smaller number is committed later', () => {
    const first = read([{ id: 5, at: start }], positionBehind(0), start + 10, 100)
    const late = { id: 4, at: start }
    const second = read([late, { id: 5, at: start }], first.next, start + 20, 100)
    expect(second.page.map(({ id }) => id)).toEqual([4, 5])
    expect(read([late, { id: 5, at: start }], second.next, start + 30, 100).page).toEqual([])
  })

  it('looks back no further than to what is settled', () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => ({ id: index + 1, at: start + index }))
    const { next } = read(entries, positionBehind(0), start + SETTLED_MS + 500, 2_000)
    expect(next).toMatchObject({ lastId: 1_000, settledId: 501 })
  })

  it('misses nothing that is committed in time: in any order, by any clock, in pages of any size', () => {
    const anEntry = fc.record({
      bornAfterMs: fc.nat(5_000),
      visibleAfterMs: fc.nat(59_000),
      clockBehindMs: fc.nat(CLOCK_SKEW_MS),
    })
    fc.assert(
      fc.property(fc.array(anEntry, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (made, limit) => {
        let bornAt = start
        const entries = made.map(({ bornAfterMs, visibleAfterMs, clockBehindMs }, index) => {
          bornAt += bornAfterMs
          return { id: index + 1, at: bornAt - clockBehindMs, visibleAt: bornAt + visibleAfterMs }
        })
        const told = new Set<number>()
        let position = positionBehind(0)
        for (let now = start; now < bornAt + 2 * SETTLED_MS; now += 3_000) {
          const visible = entries.filter(({ visibleAt }) => visibleAt <= now)
          for (let isMore = true; isMore; ) {
            const { page, next } = read(visible, position, now, limit)
            for (const { id } of page) told.add(id)
            position = parseFeedPosition(formatFeedPosition(next)) as FeedPosition
            isMore = page.length > 0
          }
        }
        expect([...told].sort((a, b) => a - b)).toEqual(entries.map(({ id }) => id))
      }),
    )
  })

  it('is read back as it was written', () => {
    for (const position of [positionBehind(0), { settledId: 3, lastId: 17, digest: 'aB_-56789012' }]) {
      expect(parseFeedPosition(formatFeedPosition(position))).toEqual(position)
    }
  })

  it.each([
    '',
    '1',
    '1.2',
    '2.1.',
    '1.2.x y',
    '-1.2.',
    '1.2.3.4',
    '9'.repeat(16).concat('.1.'),
    "1.1.' or 1=1",
    '1e3.2000.',
  ])('cannot be read from %j', (text) => {
    expect(parseFeedPosition(text)).toBeUndefined()
  })
})
