import { setTimeout } from 'node:timers/promises'

/**
 * Hides through timing which accounts have an imported hash. A pbkdf2 hash from Django takes many times as long to
 * verify as ours, so slow refusals would identify these accounts. Therefore every refusal waits until the slowest kind
 * of recent check would be done too. Waiting costs no work, unlike hashing just for the time it takes.
 */
type RefusalFloor = {
  /** Records how long it took to check a hash of this kind. */
  record(kind: string, spentMs: number): void
  /** How many more milliseconds a refusal must wait after a check of `spentMs`; 0 until something is recorded. */
  remainingMs(spentMs: number): number
}

/** Waits for a number of milliseconds. Tests of what obeys a floor pass something else. */
export async function timer(ms: number): Promise<void> {
  if (ms > 0) await setTimeout(ms)
}

/** Above the average, so that most checks of the slowest kind stay below the floor and wait too. */
const margin = 1.25

/** The longest wait for a refusal, even if an imported hash is extremely expensive. */
const maximumFloorMs = 2000

/** An import has a handful of kinds; beyond this number, no new ones are recorded. */
const maximumKinds = 50

const newestShare = 1 / 4

/** Creates a floor that knows no imported hash yet. */
export function createRefusalFloor(): RefusalFloor {
  const averages = new Map<string, number>()
  return {
    record(kind, spentMs) {
      // If the clock was changed meanwhile, count as little as possible.
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
