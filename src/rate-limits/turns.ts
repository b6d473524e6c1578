import { AuthError } from '../errors.ts'

/** How many may wait for one key. A client that exceeds it has more than a hundred requests under way. */
const QUEUE_LIMIT = 100

/** Lets only a number of operations with one key run at a time; the others wait in order. */
type Turns = {
  /**
   * Waits for a turn.
   *
   * @returns a function that ends the turn; call it once
   * @throws AuthError `throttled` if too many are waiting
   */
  take(key: string, places: number): Promise<() => void>
}

type Line = { running: number; waiting: (() => void)[] }

/**
 * Attempts count before anyone knows whether they fail. If as many run as may fail, the next one would be refused for a
 * complete window, even if all are correct: for example, if twenty workers start at once. So they take turns.
 */
export function createTurns(): Turns {
  const lines = new Map<string, Line>()

  function leave(key: string, line: Line): void {
    const next = line.waiting.shift()
    // The place passes to the next one, so `running` stays the same and nobody can slip in between.
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
