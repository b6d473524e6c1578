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
  /** The largest share of good passwords that the filter may refuse: within `falsePositiveBounds`. */
  falsePositiveRate: number
}

/** The result. */
export type BuiltFilter = {
  header: FilterHeader
  /** Lines of the corpus, without empty ones. */
  lines: number
}

/**
 * Builds a filter from a corpus in any order and of any length, with duplicates. A billion lines take less than 500 MB
 * of memory, and 8 bytes per line on the disk of the output until it is done. The finished file replaces an old one in
 * one step.
 *
 * @throws CorpusError if the corpus has the wrong form or is empty; system errors about files
 */
export async function buildFilter({ outputPath, falsePositiveRate, ...corpus }: BuildOptions): Promise<BuiltFilter> {
  const draftPath = `${outputPath}.draft`
  // Created first, so that a write problem shows before many gigabytes are read.
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
  // Written last: a file without it is not a filter.
  writeAt(file, encodeHeader(header), 0)
  return header
}

/** Passes on the distinct values of every bucket, including empty ones, in order. @returns the number of values */
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

/** Collects small writes into large ones. */
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
