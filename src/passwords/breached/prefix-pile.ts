import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { PREFIX_BITS } from './hash-prefix.ts'

/** What came in any order, to be taken out in order. */
export type PrefixPile = {
  add(prefix: number): void
  /** How many were added. */
  readonly size: number
  /** All that were added, ascending, each value as often as it was added, in portions. Nothing may be added any more. */
  takeInOrder(): Iterable<Float64Array>
  /** Lets go of the files. */
  close(): void
}

/** The leading bits that choose a part: each holds four million of a billion, 31 MB, which is what sorting takes. */
const PART_BITS = 8

/** How many prefixes of a part wait in memory: 16 MB for all parts together. */
const WAITING = 8_192

/**
 * Makes an empty pile. Two million prefixes stay in memory; of more, each takes 8 bytes in files that have no name any more
 * once they are open: however the process ends, nothing of them is left.
 *
 * @param draftPath where those files may be, with an ending of their own each
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
