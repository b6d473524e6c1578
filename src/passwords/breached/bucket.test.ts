import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketHolds, encodeBucket } from './bucket.ts'
import { FilterFileError } from './filter-format.ts'

const SPAN = 4_000

/** Values of a bucket, and how they are written. */
const buckets = fc.record({
  values: fc
    .uniqueArray(fc.nat(SPAN - 1), { maxLength: 300 })
    .map((values) => Float64Array.from(values).sort())
    .map((sorted) => [...sorted]),
  number: fc.nat(2 ** 24),
  riceBits: fc.nat(20),
})

describe('a bucket', () => {
  it('holds what was put in, and nothing else', () => {
    fc.assert(
      fc.property(buckets, ({ values, number, riceBits }) => {
        const bytes = encodeBucket(values, number, riceBits)
        const found = Array.from({ length: SPAN }, (_, value) => value).filter((value) =>
          bucketHolds(bytes, number, riceBits, value),
        )
        expect(found).toEqual(values)
      }),
      { numRuns: 30 },
    )
  })

  it('holds values far beyond 32 bits', () => {
    const values = [0, 2 ** 31, 2 ** 33 + 5, 2 ** 52 - 1]
    const bytes = encodeBucket(values, 7, 31)
    expect(values.every((value) => bucketHolds(bytes, 7, 31, value))).toBe(true)
    expect(bucketHolds(bytes, 7, 31, 2 ** 33 + 4)).toBe(false)
    expect(bucketHolds(bytes, 7, 31, 2 ** 52 - 2)).toBe(false)
  })

  it('is refused when a byte of it was changed, or when it is another one', () => {
    fc.assert(
      fc.property(buckets, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ values, number, riceBits }, at, change) => {
        const bytes = encodeBucket(values, number, riceBits)
        expect(() => bucketHolds(bytes, number + 1, riceBits, 1)).toThrow(FilterFileError)
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ change
        expect(() => bucketHolds(bytes, number, riceBits, 1)).toThrow(FilterFileError)
      }),
    )
  })

  it('is refused when it was cut off', () => {
    const bytes = encodeBucket([1, 2, 3], 0, 4)
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => bucketHolds(bytes.subarray(0, length), 0, 4, 3)).toThrow('is damaged')
    }
  })
})
