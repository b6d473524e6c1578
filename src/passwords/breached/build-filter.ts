import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { encodeBucket, MAXIMUM_BUCKET_BYTES, MAXIMUM_BUCKET_VALUES } from './bucket.ts'
import { CorpusError } from './corpus-line.ts'
import {
  bucketsPosition,
  chooseShape,
  encodeHeader,
  type FilterHeader,
  type FilterShape,
  HEADER_BYTES,
  INDEX_ENTRY_BYTES,
} from './filter-format.ts'
import { PREFIX_BITS } from './hash-prefix.ts'
import { createPrefixPile, type PrefixPile } from './prefix-pile.ts'
import { type CorpusOptions, readCorpus } from './read-corpus.ts'

export type BuildOptions = CorpusOptions & {
  outputPath: string
  /** The most good passwords that are refused, as a share of all: within `falsePositiveBounds`. */
  falsePositiveRate: number
}

/** What came of it. */
export type BuiltFilter = {
  header: FilterHeader
  /** Lines of the corpus, without empty ones. */
  lines: number
}

/**
 * Builds a filter of a corpus in any order, of any length, with repetitions. Takes less than 500 MB of memory for a
 * billion lines, and on the disk of the output 8 bytes for each line until it is done. The file appears whole, in the place of a
 * former one.
 *
 * @throws CorpusError if the corpus is not of the form expected or lists nothing; what the system says of files
 */
export async function buildFilter({ outputPath, falsePositiveRate, ...corpus }: BuildOptions): Promise<BuiltFilter> {
  const draftPath = `${outputPath}.draft`
  // Made at first, so that what cannot be written is known before a corpus of many gigabytes is read.
  const file = openSync(draftPath, 'wx')
  const pile = createPrefixPile(draftPath)
  try {
    const lines = await readCorpus(corpus, pile.add)
    if (pile.size === 0) throw new CorpusError('The corpus is empty.')
    const header = writeFilter(file, pile, chooseShape(pile.size, falsePositiveRate))
    fsyncSync(file)
    renameSync(draftPath, outputPath)
    return { header, lines }
  } finally {
    pile.close()
    closeSync(file)
    rmSync(draftPath, { force: true })
  }
}

function writeFilter(file: number, pile: PrefixPile, shape: FilterShape): FilterHeader {
  const bucketCount = 2 ** shape.bucketBits
  const index = Buffer.alloc((bucketCount + 1) * INDEX_ENTRY_BYTES)
  const output = createOutput(file, bucketsPosition(shape))
  let written = 0

  function writeBucket(values: readonly number[]): void {
    index.writeUIntBE(output.position, written * INDEX_ENTRY_BYTES, INDEX_ENTRY_BYTES)
    const bytes = encodeBucket(values, written, shape)
    if (bytes.length > MAXIMUM_BUCKET_BYTES) throw tooUneven()
    output.write(bytes)
    written += 1
  }

  const count = forEachBucket(pile, shape, writeBucket)
  output.flush()
  index.writeUIntBE(output.position, bucketCount * INDEX_ENTRY_BYTES, INDEX_ENTRY_BYTES)
  const header = { ...shape, count, sizeBytes: output.position }
  writeAt(file, index, HEADER_BYTES)
  // Last of all: a file without it is none.
  writeAt(file, encodeHeader(header), 0)
  return header
}

/** Hands over the different values of every bucket, empty ones too, in order. @returns how many values there are */
function forEachBucket(pile: PrefixPile, shape: FilterShape, take: (values: readonly number[]) => void): number {
  const { valueBits, bucketBits } = shape
  const cut = 2 ** (PREFIX_BITS - valueBits)
  const span = 2 ** (valueBits - bucketBits)
  let bucketEnd = span
  let values: number[] = []
  let last = -1
  let count = 0
  for (const prefixes of pile.takeInOrder()) {
    for (const prefix of prefixes) {
      const value = Math.floor(prefix / cut)
      if (value === last) continue
      last = value
      count += 1
      for (; value >= bucketEnd; bucketEnd += span) {
        take(values)
        values = []
      }
      values.push(value - (bucketEnd - span))
      if (values.length > MAXIMUM_BUCKET_VALUES) throw tooUneven()
    }
  }
  for (; bucketEnd <= span * 2 ** bucketBits; bucketEnd += span) {
    take(values)
    values = []
  }
  return count
}

function tooUneven(): CorpusError {
  return new CorpusError(
    'Too many lines of the corpus begin with the same digits. These are not SHA-1 digests of passwords.',
  )
}

const OUTPUT_BUFFER_BYTES = 1 << 20

/** Collects small writes to large ones. */
function createOutput(file: number, start: number) {
  const buffer = Buffer.alloc(OUTPUT_BUFFER_BYTES + MAXIMUM_BUCKET_BYTES)
  let flushedTo = start
  let filled = 0
  const output = {
    get position() {
      return flushedTo + filled
    },
    write(bytes: Buffer) {
      bytes.copy(buffer, filled)
      filled += bytes.length
      if (filled >= OUTPUT_BUFFER_BYTES) output.flush()
    },
    flush() {
      writeAt(file, buffer.subarray(0, filled), flushedTo)
      flushedTo += filled
      filled = 0
    },
  }
  return output
}

function writeAt(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done)
}
