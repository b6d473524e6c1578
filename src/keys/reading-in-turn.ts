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
