import type { Clock } from '../platform/clock.ts'

/**
 * Lets a reading run once at a time, and shares it: who asks while one is under way gets the next one, which has begun
 * after they asked and so cannot have missed what they know of.
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
 * Says whether one more reading is affordable: `burst` of them at any time, and one more for every `intervalMs` that
 * has passed, up to `burst` again.
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
