import type { Clock } from '../platform/clock.ts'

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
