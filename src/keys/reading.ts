import type { Clock } from '../platform/clock.ts'

/**
 * Runs one reading at a time and shares its result. A caller that arrives during a reading gets the result of the next
 * one, which starts after the call, so it cannot miss anything that the caller already knows.
 */
export function inTurn<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let following: Promise<T> | undefined
  return function inTurnRead(): Promise<T> {
    if (running === undefined) {
      running = read().finally(() => {
        running = undefined
      })
      return running
    }
    following ??= running
      .catch(() => {})
      .then(() => {
        following = undefined
        return inTurnRead()
      })
    return following
  }
}

/**
 * Limits readings: `burst` of them at any moment, and one more for every `intervalMs` that has passed, up to `burst`
 * again.
 */
export function createReadingBudget(clock: Clock, burst: number, intervalMs: number): () => boolean {
  let left = burst
  let countedAt = clock.now()
  return () => {
    const now = clock.now()
    const elapsedMs = Math.max(0, now - countedAt)
    left = Math.min(burst, left + elapsedMs / intervalMs)
    countedAt = now
    if (left < 1) return false
    left--
    return true
  }
}
