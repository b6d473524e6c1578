import { PREFIX_BITS, prefixOfPassword } from './hash-prefix.ts'

/**
 * The entry of a line: the leading bits of a digest; `skipped` if the line is empty or its password too rare.
 *
 * @param bytes contains the line from `start` to `end`, without its line break
 * @throws CorpusError if the line has the wrong form
 */
export type ReadCorpusLine = (bytes: Buffer, start: number, end: number) => number | 'skipped'

/** A corpus has the wrong form. The message continues after its name and line number. */
export class CorpusError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'CorpusError'
  }
}

const DIGEST_DIGITS = 40
const PREFIX_DIGITS = PREFIX_BITS / 4
/** The number of digits that name the files of a range corpus, and that their lines leave out. */
export const RANGE_DIGITS = 5

/** The value of each byte that is a hexadecimal digit, 255 for all others. */
const digitValues = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(value) ? 255 : value
})

/** Passwords as they are: every byte of the line counts. */
export const readPasswordLine: ReadCorpusLine = (bytes, start, end) =>
  start === end ? 'skipped' : prefixOfPassword(bytes.subarray(start, end))

/**
 * Lines in the form of Have I Been Pwned: `DIGEST:COUNT`, a SHA-1 digest in hexadecimal and how often the password was
 * seen. Without a count, it was seen once.
 *
 * @param options.range the first five digits of all digests, if the lines leave them out
 * @param options.minimumCount skips passwords that were seen fewer times
 */
export function createDigestLineReader(options: { range?: string | undefined; minimumCount: number }): ReadCorpusLine {
  const { range = '', minimumCount } = options
  const lineDigits = DIGEST_DIGITS - range.length
  const prefixDigits = PREFIX_DIGITS - range.length
  const base = Number.parseInt(range || '0', 16) * 16 ** prefixDigits

  return (bytes, start, end) => {
    if (start === end) return 'skipped'
    let prefix = 0
    for (let index = 0; index < lineDigits; index += 1) {
      const value = start + index < end ? (digitValues[bytes[start + index] ?? 0] ?? 255) : 255
      if (value === 255) throw notADigest(bytes.subarray(start, end), lineDigits)
      if (index < prefixDigits) prefix = prefix * 16 + value
    }
    const count = start + lineDigits === end ? 1 : readCount(bytes, start + lineDigits, end)
    return count < minimumCount ? 'skipped' : base + prefix
  }
}

/** @returns the number after the colon */
function readCount(bytes: Buffer, start: number, end: number): number {
  let count = bytes[start] === 0x3a && end > start + 1 ? 0 : Number.NaN
  for (let index = start + 1; index < end; index += 1) {
    const digit = (bytes[index] ?? 0) - 0x30
    count = digit >= 0 && digit <= 9 ? count * 10 + digit : Number.NaN
  }
  if (Number.isNaN(count)) throw new CorpusError('has something other than a colon and a count after the digest')
  return count
}

/** Never contains any of the line: it may be a password. */
function notADigest(line: Buffer, digits: number): CorpusError {
  if (/^[0-9a-f]{32}(:\d+)?$/i.test(line.toString('latin1'))) {
    return new CorpusError('begins with 32 digits, like an NTLM hash. Download the corpus of SHA-1 digests.')
  }
  if (digits === DIGEST_DIGITS && /^[0-9a-f]{35}:\d+$/i.test(line.toString('latin1'))) {
    return new CorpusError('lacks the first five digits, and its file is not named after them, as in 0A1B2.txt.')
  }
  return new CorpusError(`does not begin with ${digits} hexadecimal digits. If the lines are passwords, use --plain.`)
}
