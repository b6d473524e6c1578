/**
 * Runs `work` while no other tab does, if the browser has locks and the lock is free in time. Otherwise it runs it
 * without the lock. The server gives every tab the same successor, so the lock only saves requests.
 */
export async function withLock<T>(name: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const locks = timeoutMs === 0 ? undefined : globalThis.navigator?.locks
  if (!locks) return work()
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(), timeoutMs)
  let hasBegun = false
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      hasBegun = true
      clearTimeout(timer)
      return work()
    })
  } catch (error) {
    if (hasBegun) throw error
    return work()
  } finally {
    clearTimeout(timer)
  }
}
