const SECOND = 1_000
const MINUTE = 60 * SECOND

/** How long to wait after the first failed attempt, the second and so on; the last delay repeats. */
const DELAYS_MS = [15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE] as const

/** When to try an email again after its `attempts`th failed attempt; undefined if it will have expired by then. */
export function nextMailAttemptAt(attempts: number, now: number, expiresAt: number): number | undefined {
  const delay = DELAYS_MS[Math.min(attempts, DELAYS_MS.length) - 1] ?? DELAYS_MS[0]
  return now + delay < expiresAt ? now + delay : undefined
}
