import { type Grant, parseGrant } from './grant.ts'
import type { TokenStorage } from './storage.ts'

/** The tokens as they are stored: shared by all tabs, and there again after a restart. */
export type Vault = {
  /** What is stored now, once everything written before is written; nothing if that failed. */
  read(): Promise<Grant | undefined>
  /** Stores a grant, unless it is no longer wanted when its turn comes. */
  write(grant: Grant, isWanted: () => boolean): Promise<void>
  remove(): Promise<void>
}

/** A storage that takes longer never answers: a database of a browser that waits for another tab, say. */
const STORAGE_TIMEOUT_MS = 10_000

/**
 * A vault in a storage. Writes follow one another in order, so that a log-out is never overwritten by the refresh before it.
 *
 * @param onError told of a storage that fails, or does not answer in time: the session goes on in memory
 */
export function createVault(
  storage: TokenStorage,
  key: string,
  onError: (error: unknown) => void,
  timeoutMs = STORAGE_TIMEOUT_MS,
): Vault {
  let last: Promise<unknown> = Promise.resolve()
  /** What a storage holds that does not take our writes is older than what we have. */
  let isBehind = false

  function inOrder<T>(work: () => T | Promise<T>): Promise<T | undefined> {
    const next = last
      .then(() => inTime(work, timeoutMs))
      .catch((error) => {
        onError(error)
        return undefined
      })
    last = next
    return next
  }

  async function change(work: () => unknown): Promise<void> {
    await inOrder(async () => {
      isBehind = true
      await work()
      isBehind = false
    })
  }

  return {
    read: () => inOrder(async () => (isBehind ? undefined : parseGrant(await storage.getItem(key)))),
    write: (grant, isWanted) => change(() => (isWanted() ? storage.setItem(key, JSON.stringify(grant)) : undefined)),
    remove: () => change(() => storage.removeItem(key)),
  }
}

/** @throws Error if the work is not done in time. What it does afterwards is nobody's business. */
async function inTime<T>(work: () => T | Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the storage did not answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
