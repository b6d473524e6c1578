import { AuthError } from '../errors.ts'

/** How many may wait for one key. Who comes then has more than a hundred requests under way at once. */
const QUEUE_LIMIT = 100

/** Lets only so many pieces of work with one key go on at a time; the others wait, first come, first served. */
type Turns = {
  /**
   * Waits for a turn.
   *
   * @returns what ends it; to be called once
   * @throws AuthError `throttled` where too many wait already
   */
  take(key: string, places: number): Promise<() => void>
}

type Line = { running: number; waiting: (() => void)[] }

/**
 * Attempts are counted before it is known whether they fail. If as many were under way as may fail, the next one would be
 * refused for a whole window, though all of them may be right: twenty workers that start at once. So they take turns.
 */
export function createTurns(): Turns {
  const lines = new Map<string, Line>()

  function leave(key: string, line: Line): void {
    const next = line.waiting.shift()
    // The place is handed over, so that `running` stays and nobody can slip in between.
    if (next !== undefined) next()
    else if (--line.running === 0) lines.delete(key)
  }

  return {
    async take(key, places) {
      const line = lines.get(key) ?? { running: 0, waiting: [] }
      lines.set(key, line)
      if (line.running < places) line.running++
      else if (line.waiting.length < QUEUE_LIMIT) await new Promise<void>((resolve) => line.waiting.push(resolve))
      else throw new AuthError('throttled', { detail: 'too many at once', retryAfterSeconds: 1 })
      return () => leave(key, line)
    },
  }
}
