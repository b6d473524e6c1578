import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isError } from '../../platform/is-error.ts'
import { bucketHolds, MAXIMUM_BUCKET_BYTES } from './bucket.ts'
import {
  bucketsPosition,
  damaged,
  decodeHeader,
  FilterFileError,
  type FilterHeader,
  HEADER_BYTES,
  INDEX_ENTRY_BYTES,
  indexPosition,
} from './filter-format.ts'
import { PREFIX_BITS, prefixOfPassword } from './hash-prefix.ts'

/** Passwords from data breaches. */
export type BreachedPasswords = {
  /**
   * Whether a password is among them, exactly as spelled. It never misses a listed one, and reports others at the rate
   * of `falsePositiveRate`.
   *
   * @throws FilterFileError if the file cannot be read
   */
  has(password: string): Promise<boolean>
  readonly header: FilterHeader
  close(): Promise<void>
}

/**
 * Reads only the header of a filter.
 *
 * @throws FilterFileError if the file is missing, unreadable, of another kind or version, or of the wrong size
 */
export function readFilterHeader(path: string): FilterHeader {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const bytes = Buffer.alloc(HEADER_BYTES)
    const length = readSync(file, bytes, 0, HEADER_BYTES, 0)
    return decodeHeader(bytes.subarray(0, length), fstatSync(file).size)
  } catch (error) {
    throw asFilterFileError(error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * Opens a filter. It stays open, so the server continues with this file when another one replaces it. Nothing stays in
 * memory: a lookup is two reads of about 300 bytes, which the operating system has in its cache or fetches quickly.
 *
 * @throws FilterFileError like `readFilterHeader`
 */
export async function openBreachedPasswords(path: string): Promise<BreachedPasswords> {
  const header = readFilterHeader(path)
  const { valueBits, bucketBits } = header
  const file = await open(path, 'r').catch((error: unknown) => {
    throw asFilterFileError(error)
  })
  return {
    header,
    async has(password) {
      const value = Math.floor(prefixOfPassword(password) / 2 ** (PREFIX_BITS - valueBits))
      const bucketSpan = 2 ** (valueBits - bucketBits)
      const bucket = Math.floor(value / bucketSpan)
      return bucketHolds(await readBucket(file, header, bucket), bucket, header, value % bucketSpan)
    },
    close: () => file.close(),
  }
}

async function readBucket(file: FileHandle, header: FilterHeader, bucket: number): Promise<Buffer> {
  const places = await readExactly(file, indexPosition(bucket), 2 * INDEX_ENTRY_BYTES)
  const start = places.readUIntBE(0, INDEX_ENTRY_BYTES)
  const end = places.readUIntBE(INDEX_ENTRY_BYTES, INDEX_ENTRY_BYTES)
  const isPossible = start >= bucketsPosition(header) && start <= end && end <= header.sizeBytes
  if (!isPossible || end - start > MAXIMUM_BUCKET_BYTES) throw damaged('its index was changed')
  return readExactly(file, start, end - start)
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled).catch((error: unknown) => {
      throw asFilterFileError(error)
    })
    if (bytesRead === 0) throw damaged('it became shorter')
    filled += bytesRead
  }
  return bytes
}

function asFilterFileError(error: unknown): FilterFileError {
  if (error instanceof FilterFileError) return error
  const code = isError(error) && 'code' in error ? String(error.code) : String(error)
  if (code === 'ENOENT') {
    return new FilterFileError('does not exist. Build one from a corpus with: latchkey breached-passwords build', {
      cause: error,
    })
  }
  return new FilterFileError(`cannot be read (${code}). Give this user permission to read the file.`, { cause: error })
}
