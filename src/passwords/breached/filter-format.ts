import { crc32 } from 'node:zlib'
import { PREFIX_BITS } from './hash-prefix.ts'

/**
 * The file of a filter, all numbers big-endian (docs/decisions/0010-breached-passwords.md):
 *
 *     header   64 bytes   as `encodeHeader` writes it
 *     index    6 bytes for each bucket and once more: where it begins in the file, and where the last one ends
 *     buckets  as `encodeBucket` writes them
 *
 * It holds the first `valueBits` bits of each SHA-1 digest: the first `bucketBits` of them choose the bucket, the rest is
 * listed there in order, as differences in Rice's code.
 */
export type FilterShape = {
  /** The number of leading bits of a digest that are stored. Each additional bit halves the false positives. */
  valueBits: number
  /** How many of them choose the bucket. */
  bucketBits: number
  /** How many low bits of a difference are written as they are; the rest is in unary. */
  riceBits: number
}

/** The content of the header. */
export type FilterHeader = FilterShape & {
  /** The number of distinct values. */
  count: number
  /** Of the whole file. */
  sizeBytes: number
}

export const HEADER_BYTES = 64
export const INDEX_ENTRY_BYTES = 6

/** The possible rates of false positives: one in a million is the lowest that digests of this length allow. */
export const falsePositiveBounds = { least: 1e-6, most: 0.1 }

/** The file cannot be used as a filter. The message continues after its name and says what to do. */
export class FilterFileError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'FilterFileError'
  }
}

/** As in PNG: a byte that is not text, and line ends that a transfer as text would change. */
const magic = Buffer.from('\x89LKBP\r\n\x1a', 'latin1')
const VERSION = 1
const CHECKSUM_AT = 60

/** A bucket of about 300 bytes: one page is read, and searching it takes a few microseconds. */
const VALUES_PER_BUCKET = 256

/** The probability that a password outside the corpus is refused. */
export function falsePositiveRate({ count, valueBits }: Pick<FilterHeader, 'count' | 'valueBits'>): number {
  return count / 2 ** valueBits
}

/**
 * The smallest shape with at most this rate of false positives.
 *
 * @param digests the largest number of entries
 * @param rate within `falsePositiveBounds`
 */
export function chooseShape(digests: number, rate: number): FilterShape {
  const count = Math.max(1, digests)
  const valueBits = Math.max(1, Math.ceil(Math.log2(count / rate)))
  if (valueBits > PREFIX_BITS) throw new RangeError(`${digests} digests at ${rate} take more than ${PREFIX_BITS} bits`)
  const bucketBits = Math.max(0, Math.ceil(Math.log2(count / VALUES_PER_BUCKET)))
  const averageGap = 2 ** valueBits / count
  // Golomb's rule: the differences of random values halve every 0.69 of the average.
  const riceBits = Math.max(0, Math.round(Math.log2(averageGap * Math.LN2)))
  return { valueBits, bucketBits, riceBits }
}

export function encodeHeader({ valueBits, bucketBits, riceBits, count, sizeBytes }: FilterHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  magic.copy(bytes)
  bytes.writeUInt32BE(VERSION, 8)
  bytes.set([valueBits, bucketBits, riceBits], 12)
  bytes.writeBigUInt64BE(BigInt(count), 16)
  bytes.writeBigUInt64BE(BigInt(sizeBytes), 24)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CHECKSUM_AT)), CHECKSUM_AT)
  return bytes
}

/**
 * @param bytes the first `HEADER_BYTES` of the file, or as many as it has
 * @param actualBytes its size
 * @throws FilterFileError
 */
export function decodeHeader(bytes: Buffer, actualBytes: number): FilterHeader {
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    throw new FilterFileError(
      'is not a filter of breached passwords. Build one from a corpus with: latchkey breached-passwords build',
    )
  }
  if (bytes.length < HEADER_BYTES) throw damaged('it ends within its header')
  const version = bytes.readUInt32BE(8)
  if (version !== VERSION) {
    throw new FilterFileError(
      `has format ${version}, but this version of Latchkey reads format ${VERSION}. Build it again with this version.`,
    )
  }
  if (crc32(bytes.subarray(0, CHECKSUM_AT)) !== bytes.readUInt32BE(CHECKSUM_AT)) throw damaged('its header was changed')
  const header: FilterHeader = {
    valueBits: bytes.readUInt8(12),
    bucketBits: bytes.readUInt8(13),
    riceBits: bytes.readUInt8(14),
    count: Number(bytes.readBigUInt64BE(16)),
    sizeBytes: Number(bytes.readBigUInt64BE(24)),
  }
  if (header.sizeBytes !== actualBytes) {
    throw damaged(`it has ${actualBytes} bytes, but its header says ${header.sizeBytes}`)
  }
  if (!isPossible(header)) throw damaged('its header is invalid')
  return header
}

/** The position of a bucket's entry in the index. */
export function indexPosition(bucket: number): number {
  return HEADER_BYTES + bucket * INDEX_ENTRY_BYTES
}

/** Where the first bucket begins: after the header and the index. */
export function bucketsPosition({ bucketBits }: FilterShape): number {
  return indexPosition(2 ** bucketBits + 1)
}

export function damaged(what: string, options?: ErrorOptions): FilterFileError {
  return new FilterFileError(`is damaged: ${what}. Copy or build it again.`, options)
}

/**
 * Whether a file can have this shape. A checksum only detects accidents, and a crafted file must not make this code run
 * wild.
 */
function isPossible(header: FilterHeader): boolean {
  const { valueBits, bucketBits, riceBits, sizeBytes } = header
  return (
    valueBits <= PREFIX_BITS &&
    bucketBits <= Math.min(valueBits, 32) &&
    riceBits <= 31 &&
    bucketsPosition(header) <= sizeBytes
  )
}
