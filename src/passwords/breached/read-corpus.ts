import { createReadStream, readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import {
  CorpusError,
  createDigestLineReader,
  RANGE_DIGITS,
  type ReadCorpusLine,
  readPasswordLine,
} from './corpus-line.ts'

export type CorpusOptions = {
  /** Files, folders of files, and `-` for standard input. */
  sources: readonly string[]
  standardInput: NodeJS.ReadableStream
  /** `passwords`: one per line. `digests`: `SHA1` or `SHA1:COUNT`. */
  form: 'digests' | 'passwords'
  /** Skips digests that were seen fewer times. */
  minimumCount: number
}

/** The longest line; a file with longer lines is not a list. */
const LINE_LIMIT_BYTES = 65_536

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** UTF-8's byte order mark, which some editors write first. */
const byteOrderMark = Buffer.from('\ufeff')

/**
 * Reads a corpus piece by piece, and passes on what its lines contain.
 *
 * @returns the number of lines, without empty ones
 * @throws CorpusError with the name and the line; system errors about unreadable files
 */
export async function readCorpus(options: CorpusOptions, take: (prefix: number) => void): Promise<number> {
  const { standardInput, form, minimumCount } = options
  let lines = 0
  for (const source of options.sources.flatMap(filesOf)) {
    const range = form === 'digests' ? rangeOf(source) : undefined
    const read = form === 'passwords' ? readPasswordLine : createDigestLineReader({ range, minimumCount })
    const stream = source === '-' ? standardInput : createReadStream(source, { highWaterMark: 1 << 20 })
    lines += await readLines(stream, source === '-' ? 'standard input' : source, read, take)
  }
  return lines
}

/** The files in a folder, in order. A corpus of ranges has a million of them. */
function filesOf(source: string): string[] {
  if (source === '-' || !statSync(source).isDirectory()) return [source]
  return readdirSync(source)
    .toSorted()
    .map((name) => join(source, name))
}

/** The digits in the name of a range file. */
function rangeOf(source: string): string | undefined {
  const name = basename(source, extname(source))
  return name.length === RANGE_DIGITS && /^[0-9a-f]+$/i.test(name) ? name : undefined
}

async function readLines(
  stream: NodeJS.ReadableStream,
  name: string,
  read: ReadCorpusLine,
  take: (prefix: number) => void,
): Promise<number> {
  let lineNumber = 0
  let emptyLines = 0
  let rest: Buffer = Buffer.alloc(0)

  function takeLine(bytes: Buffer, start: number, end: number): void {
    lineNumber += 1
    const isMarked = lineNumber === 1 && bytes.subarray(start, start + byteOrderMark.length).equals(byteOrderMark)
    const first = isMarked ? start + byteOrderMark.length : start
    const last = end > first && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end
    if (first === last) emptyLines += 1
    try {
      const prefix = read(bytes, first, last)
      if (prefix !== 'skipped') take(prefix)
    } catch (error) {
      throw error instanceof CorpusError ? new CorpusError(`${name}, line ${lineNumber}: it ${error.message}`) : error
    }
  }

  for await (const piece of stream) {
    const fresh = typeof piece === 'string' ? Buffer.from(piece) : piece
    const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh])
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      takeLine(bytes, start, end)
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > LINE_LIMIT_BYTES) {
      throw new CorpusError(`${name}, line ${lineNumber + 1}: it is longer than any password. Is the file compressed?`)
    }
  }
  if (rest.length > 0) takeLine(rest, 0, rest.length)
  return lineNumber - emptyLines
}
