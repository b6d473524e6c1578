const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * How long to wait after the first failed attempt, the second and so on. After the last one, on the third day, the
 * delivery is given up.
 */
const DELAYS_MS = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR]

/** When to try a delivery again after its `attempts`th failed attempt; undefined: never. */
export function nextDeliveryAt(attempts: number, now: number): number | undefined {
  const delay = DELAYS_MS[attempts - 1]
  return delay === undefined ? undefined : now + delay
}
