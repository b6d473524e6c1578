/** Reads the time. It is passed to everything that needs it, so that tests can move it. */
export type Clock = {
  /** Epoch milliseconds. */
  now(): number
}

/** The machine's clock: the only place in the sources that reads the system time. */
export const systemClock: Clock = { now: () => Date.now() }
