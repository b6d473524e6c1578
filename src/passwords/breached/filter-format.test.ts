import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketsPosition,
  chooseShape,
  decodeHeader,
  encodeHeader,
  FilterFileError,
  type FilterHeader,
  falsePositiveBounds,
  falsePositiveRate,
} from './filter-format.ts'

const shape = chooseShape(1_000, 0.001)
const header: FilterHeader = { ...shape, count: 999, sizeBytes: 5_000 }

/** Why a header is refused after `change` was applied to it; undefined if it is not. */
function fault(change: (bytes: Buffer) => Buffer | undefined, actualBytes = header.sizeBytes): string | undefined {
  const bytes = encodeHeader(header)
  try {
    decodeHeader(change(bytes) ?? bytes, actualBytes)
  } catch (error) {
    if (error instanceof FilterFileError) return error.message
    throw error
  }
  return undefined
}

describe('the form of a filter', () => {
  const digests = fc.integer({ min: 1, max: 4_000_000_000 })
  const rates = fc.double({ min: falsePositiveBounds.least, max: falsePositiveBounds.most, noNaN: true })

  it('keeps the false positives at the requested rate, and wastes less than half of that', () => {
    fc.assert(
      fc.property(digests, rates, (count, rate) => {
        const { valueBits } = chooseShape(count, rate)
        const actual = falsePositiveRate({ count, valueBits })
        expect(actual).toBeLessThanOrEqual(rate * 1.000001)
        expect(actual).toBeGreaterThan(rate / 2.000001)
      }),
    )
  })

  it('can be written for any number of digests', () => {
    fc.assert(
      fc.property(digests, rates, (count, rate) => {
        const chosen = chooseShape(count, rate)
        const sizeBytes = bucketsPosition(chosen) + count
        expect(decodeHeader(encodeHeader({ ...chosen, count, sizeBytes }), sizeBytes)).toEqual({
          ...chosen,
          count,
          sizeBytes,
        })
      }),
    )
  })

  it('has buckets of a few hundred values', () => {
    for (const count of [1_000, 1_000_000, 1_000_000_000]) {
      const inOne = count / 2 ** chooseShape(count, 0.001).bucketBits
      expect(inOne).toBeGreaterThan(127)
      expect(inOne).toBeLessThanOrEqual(256)
    }
  })
})

describe('the header of a filter', () => {
  it('is read as it was written', () => {
    expect(decodeHeader(encodeHeader(header), header.sizeBytes)).toEqual(header)
  })

  it('is refused if the file is another one', () => {
    for (const text of ['', 'password\n', 'SQLite format 3\0', '\x89PNG\r\n\x1a\n']) {
      expect(fault(() => Buffer.from(text, 'latin1'))).toContain('is not a filter of breached passwords')
    }
  })

  it('is refused if the version is another one, whatever else follows', () => {
    const ofVersion = (version: number) =>
      fault((bytes) => {
        bytes.writeUInt32BE(version, 8)
        return Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(52, 7)])
      })
    expect(ofVersion(2)).toContain('has format 2, but this version of Latchkey reads format 1')
    expect(ofVersion(0)).toContain('has format 0')
  })

  it('is refused if a byte was changed', () => {
    for (let index = 0; index < 64; index += 1) {
      const told = fault((bytes) => {
        bytes[index] = (bytes[index] ?? 0) ^ 0x55
        return undefined
      })
      expect(told, `byte ${index}`).toBeDefined()
    }
  })

  it('is refused if the file is shorter or longer than it says, or ends within it', () => {
    expect(fault(() => undefined, 4_999)).toContain('it has 4999 bytes, but its header says 5000')
    expect(fault(() => undefined, 5_001)).toContain('is damaged')
    for (let length = 8; length < 64; length += 1) {
      expect(fault((bytes) => bytes.subarray(0, length), length)).toContain('it ends within its header')
    }
  })

  it('is refused if it promises the impossible, even with a right checksum', () => {
    const impossible: Partial<FilterHeader>[] = [
      { valueBits: 53 },
      { bucketBits: 33 },
      { bucketBits: shape.valueBits + 1 },
      { riceBits: 40 },
      { bucketBits: 20 },
    ]
    for (const change of impossible) {
      expect(() => decodeHeader(encodeHeader({ ...header, ...change }), header.sizeBytes)).toThrow(
        'its header is invalid',
      )
    }
  })
})
