/** How many keys are remembered. The oldest is dropped first. */
const KEY_LIMIT = 10_000

/** How much two readings of the same window's end may differ, because they come from two readings of the clock. */
const SAME_WINDOW_MS = 1_000

/** The failures that this process saw itself. They are certain, whatever other processes take back. */
type OwnFailures = {
  /** @param until when the window of the failure ends */
  note(key: string, until: number): void
  /** How much longer a key stays over `most` because of these failures alone; 0: it is not over. */
  waitMs(key: string, most: number, now: number): number
  forget(key: string): void
}

/** Saves asking the database about a client that this process has already refused. */
export function createOwnFailures(): OwnFailures {
  const seen = new Map<string, { count: number; until: number }>()
  return {
    note(key, until) {
      const former = seen.get(key)
      const isSameWindow = former !== undefined && Math.abs(former.until - until) < SAME_WINDOW_MS
      seen.delete(key)
      seen.set(key, { count: isSameWindow ? former.count + 1 : 1, until })
      const [oldest] = seen.size > KEY_LIMIT ? seen.keys() : []
      if (oldest !== undefined) seen.delete(oldest)
    },
    forget: (key) => void seen.delete(key),
    waitMs(key, most, now) {
      const { count, until } = seen.get(key) ?? { count: 0, until: 0 }
      return count >= most ? Math.max(0, until - now) : 0
    },
  }
}
