/** How often something has happened in this process, by outcome. */
export type Counter<Value extends string> = {
  /** @param by default 1 */
  add(value: Value, by?: number): void
  readonly counts: ReadonlyMap<Value, number>
}

/**
 * Creates a counter.
 *
 * @param values start at zero, so that a first occurrence shows as an increase
 */
export function createCounter<Value extends string>(values: readonly Value[]): Counter<Value> {
  const counts = new Map<Value, number>(values.map((value) => [value, 0]))
  return {
    add(value, by = 1) {
      counts.set(value, (counts.get(value) ?? 0) + by)
    },
    counts,
  }
}

/** How often one thing has happened in this process. */
export type Tally = { add(): void; readonly count: number }

export function createTally(): Tally {
  let count = 0
  return {
    add() {
      count += 1
    },
    get count() {
      return count
    },
  }
}
