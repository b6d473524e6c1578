/**
 * Hides by the clock whose hash is an imported one. A pbkdf2 hash from Django takes many times as long to check as ours,
 * and refusals that take as long would name the accounts that have one. So every refusal waits until the slowest kind of
 * check that was lately seen would be done as well. Waiting costs no work, unlike hashing for the sake of the time.
 */
type RefusalFloor = {
  /** Takes note of how long a check of a hash of this kind took. */
  record(kind: string, spentMs: number): void
  /** Milliseconds a refusal has still to wait after a check that took `spentMs`; 0 as long as nothing was recorded. */
  remainingMs(spentMs: number): number
}

/** Above the average, so that most checks of the slowest kind stay below the floor and have to wait too. */
const margin = 1.25

/** Nobody waits longer for a refusal, should one imported hash be a monster. */
const maximumFloorMs = 2000

/** An import has a handful of kinds; beyond this many nothing new is noted. */
const maximumKinds = 50

const newestShare = 1 / 4

/** Makes a floor that knows of no imported hash yet. */
export function createRefusalFloor(): RefusalFloor {
  const averages = new Map<string, number>()
  return {
    record(kind, spentMs) {
      // A clock that was set meanwhile counts as little as it can.
      const ms = Math.min(Math.max(0, spentMs), maximumFloorMs)
      const average = averages.get(kind)
      if (average === undefined && averages.size >= maximumKinds) return
      averages.set(kind, average === undefined ? ms : average + (ms - average) * newestShare)
    },
    remainingMs(spentMs) {
      const floorMs = Math.min(margin * Math.max(0, ...averages.values()), maximumFloorMs)
      return Math.max(0, floorMs - spentMs)
    },
  }
}
