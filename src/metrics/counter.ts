/** How often something has happened in this process, apart by what came of it. */
export type Counter<Value extends string> = {
  /** @param by default 1 */
  add(value: Value, by?: number): void
  readonly counts: ReadonlyMap<Value, number>
}

/**
 * Makes a counter.
 *
 * @param values stand at zero from the start: where a first time matters, it must be seen as a rise and not as a beginning
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
