import { crc32 } from 'node:zlib'
import { damaged, type FilterShape } from './filter-format.ts'

/** A checksum and a count: see `encodeBucket`. */
const PREAMBLE_BYTES = 6

/** Hundreds of times more than a bucket of digests contains. A bucket with more is not made of digests. */
export const MAXIMUM_BUCKET_VALUES = 0xffff

/** The most that is read of a bucket, whatever the index says. */
export const MAXIMUM_BUCKET_BYTES = 1 << 20

/**
 * One bucket of a filter: the CRC-32 of everything that follows, started with `checksumStart`; the number of values in
 * two bytes; and the differences between them, minus one, in Rice code, padded with zeros.
 *
 * @param values in order, without duplicates
 */
export function encodeBucket(values: readonly number[], bucket: number, shape: FilterShape): Buffer {
  const { riceBits } = shape
  const divisor = 2 ** riceBits
  const differences = values.map((value, index) => value - (values[index - 1] ?? -1) - 1)
  const quotients = differences.map((difference) => Math.floor(difference / divisor))
  const bits = quotients.reduce((sum, quotient) => sum + quotient + 1 + riceBits, 0)
  const bytes = Buffer.alloc(PREAMBLE_BYTES + Math.ceil(bits / 8))
  bytes.writeUInt16BE(values.length, 4)
  let at = PREAMBLE_BYTES * 8
  const putBit = (bit: number) => {
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (7 - (at & 7)))
    at += 1
  }
  for (const [index, difference] of differences.entries()) {
    for (let left = quotients[index] ?? 0; left > 0; left -= 1) putBit(1)
    putBit(0)
    for (let bit = riceBits - 1; bit >= 0; bit -= 1) putBit(((difference % divisor) >>> bit) & 1)
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(4), checksumStart(bucket, shape)), 0)
  return bytes
}

/**
 * Whether a bucket contains a value.
 *
 * @throws FilterFileError if these bytes are not that bucket
 */
export function bucketHolds(bytes: Buffer, bucket: number, shape: FilterShape, wanted: number): boolean {
  const { riceBits } = shape
  if (
    bytes.length < PREAMBLE_BYTES ||
    crc32(bytes.subarray(4), checksumStart(bucket, shape)) !== bytes.readUInt32BE(0)
  ) {
    throw damaged(`part ${bucket} of it was changed`)
  }
  const divisor = 2 ** riceBits
  let at = PREAMBLE_BYTES * 8
  // Only zeros follow the end, so no count makes this read on.
  const nextBit = () => {
    const bit = ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1
    at += 1
    return bit
  }
  let value = -1
  for (let left = bytes.readUInt16BE(4); left > 0; left -= 1) {
    let quotient = 0
    while (nextBit() === 1) quotient += 1
    let remainder = 0
    for (let bit = 0; bit < riceBits; bit += 1) remainder = remainder * 2 + nextBit()
    value += quotient * divisor + remainder + 1
    if (value >= wanted) return value === wanted
  }
  return false
}

/**
 * Prevents one bucket from passing for another, or for one of a different shape, in a file that was overwritten while
 * open.
 */
function checksumStart(bucket: number, { valueBits, bucketBits, riceBits }: FilterShape): number {
  return (crc32(Buffer.of(valueBits, bucketBits, riceBits)) ^ bucket) >>> 0
}
