import { accessSync, constants, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** Containers often have 64 MiB of it, which is too little for a database server. */
const LEAST_BYTES = 2 * 1024 ** 3

/**
 * The folder for files that do not have to survive the run: in memory if the system has room for them, because
 * otherwise the disk takes most of the time of a test. Tests that are about the disk create a folder of their own.
 */
export function memoryFolder(): string {
  try {
    const folder = '/dev/shm'
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < LEAST_BYTES ? tmpdir() : folder
  } catch {
    return tmpdir()
  }
}
