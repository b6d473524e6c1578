import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { PREFIX_BITS } from './hash-prefix.ts'

/** Collects values in any order and returns them sorted. */
export type PrefixPile = {
  add(prefix: number): void
  /** The number of values added. */
  readonly size: number
  /** All values in ascending order, with duplicates, in portions. Nothing can be added afterwards. */
  takeInOrder(): Iterable<Float64Array>
  /** Closes the files. */
  close(): void
}

/** The leading bits that choose a part. For a billion values, each part contains four million: 31 MB to sort. */
const PART_BITS = 8

/** How many prefixes of a part wait in memory: 16 MB for all parts together. */
const WAITING = 8_192

/**
 * Creates an empty pile. Two million prefixes stay in memory. More of them take 8 bytes each in files that are unlinked
 * once open, so nothing remains however the process ends.
 *
 * @param draftPath where to put these files; each gets its own suffix
 */
export function createPrefixPile(draftPath: string): PrefixPile {
  const parts = Array.from({ length: 2 ** PART_BITS }, (_, number) => createPart(`${draftPath}.${number}`))
  const partSpan = 2 ** (PREFIX_BITS - PART_BITS)
  let size = 0
  return {
    add(prefix) {
      parts[Math.floor(prefix / partSpan)]?.add(prefix)
      size += 1
    },
    get size() {
      return size
    },
    *takeInOrder() {
      for (const part of parts) yield part.takeAll().sort()
    },
    close() {
      for (const part of parts) part.close()
    },
  }
}

function createPart(path: string) {
  let waiting = new Float64Array(64)
  let waitingCount = 0
  let writtenCount = 0
  let file: number | undefined

  function makeRoom() {
    if (waiting.length < WAITING) {
      const larger = new Float64Array(Math.min(waiting.length * 8, WAITING))
      larger.set(waiting)
      waiting = larger
      return
    }
    if (file === undefined) {
      file = openSync(path, 'wx+', 0o600)
      rmSync(path)
    }
    writeAll(file, waiting)
    writtenCount += waitingCount
    waitingCount = 0
  }

  return {
    add(prefix: number) {
      if (waitingCount === waiting.length) makeRoom()
      waiting[waitingCount] = prefix
      waitingCount += 1
    },
    takeAll(): Float64Array {
      const all = new Float64Array(writtenCount + waitingCount)
      if (file !== undefined) readAll(file, all.subarray(0, writtenCount))
      all.set(waiting.subarray(0, waitingCount), writtenCount)
      return all
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

function writeAll(file: number, values: Float64Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

function readAll(file: number, values: Float64Array): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, done)
    if (read === 0) throw new Error('a temporary file became shorter')
    done += read
  }
}
