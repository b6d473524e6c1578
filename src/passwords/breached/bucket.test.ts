import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketHolds, encodeBucket } from './bucket.ts'
import { FilterFileError } from './filter-format.ts'

const SPAN = 4_000

const aShape = (riceBits: number) => ({ valueBits: 40, bucketBits: 24, riceBits })

/** Values of a bucket, and how they are encoded. */
const buckets = fc.record({
  values: fc
    .uniqueArray(fc.nat(SPAN - 1), { maxLength: 300 })
    .map((values) => Float64Array.from(values).sort())
    .map((sorted) => [...sorted]),
  number: fc.nat(2 ** 24),
  shape: fc.nat(20).map(aShape),
})

describe('a bucket', () => {
  it('contains what was put in, and nothing else', () => {
    fc.assert(
      fc.property(buckets, ({ values, number, shape }) => {
        const bytes = encodeBucket(values, number, shape)
        const found = Array.from({ length: SPAN }, (_, value) => value).filter((value) =>
          bucketHolds(bytes, number, shape, value),
        )
        expect(found).toEqual(values)
      }),
      { numRuns: 30 },
    )
  })

  it('contains values far beyond 32 bits', () => {
    const values = [0, 2 ** 31, 2 ** 33 + 5, 2 ** 52 - 1]
    const bytes = encodeBucket(values, 7, aShape(31))
    expect(values.every((value) => bucketHolds(bytes, 7, aShape(31), value))).toBe(true)
    expect(bucketHolds(bytes, 7, aShape(31), 2 ** 33 + 4)).toBe(false)
    expect(bucketHolds(bytes, 7, aShape(31), 2 ** 52 - 2)).toBe(false)
  })

  it('is refused if one of its bytes was changed, if it is another bucket, or one of another filter', () => {
    fc.assert(
      fc.property(buckets, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ values, number, shape }, at, change) => {
        const bytes = encodeBucket(values, number, shape)
        expect(() => bucketHolds(bytes, number + 1, shape, 1)).toThrow(FilterFileError)
        for (const part of ['valueBits', 'bucketBits', 'riceBits'] as const) {
          const other = { ...shape, [part]: shape[part] + 1 }
          expect(() => bucketHolds(bytes, number, other, 1)).toThrow(FilterFileError)
        }
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ change
        expect(() => bucketHolds(bytes, number, shape, 1)).toThrow(FilterFileError)
      }),
    )
  })

  it('is refused if it was truncated', () => {
    const bytes = encodeBucket([1, 2, 3], 0, aShape(4))
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => bucketHolds(bytes.subarray(0, length), 0, aShape(4), 3)).toThrow('is damaged')
    }
  })
})
