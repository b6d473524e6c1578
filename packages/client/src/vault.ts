import { type Grant, parseGrant } from './grant.ts'
import type { TokenStorage } from './storage.ts'

/** The stored tokens. All tabs share them, and they survive a restart. */
export type Vault = {
  /** What is stored now, after all earlier writes; nothing if a write failed. */
  read(): Promise<Grant | undefined>
  /** Stores a grant, unless it is no longer wanted when its turn comes. */
  write(grant: Grant, isWanted: () => boolean): Promise<void>
  remove(): Promise<void>
}

/** A storage that takes longer will never answer, for example a browser database that waits for another tab. */
const STORAGE_TIMEOUT_MS = 10_000

/**
 * Creates a vault in a storage. Writes happen one after the other, so that a refresh never overwrites the logout after
 * it.
 *
 * @param onError called if the storage fails or does not answer in time; the session continues in memory
 */
export function createVault(
  storage: TokenStorage,
  key: string,
  onError: (error: unknown) => void,
  timeoutMs = STORAGE_TIMEOUT_MS,
): Vault {
  let last: Promise<unknown> = Promise.resolve()
  /** If a storage does not accept our writes, what it holds is older than what we have. */
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

/** @throws Error if the work is not done in time. Its later outcome is ignored. */
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
