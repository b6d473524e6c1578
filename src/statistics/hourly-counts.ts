import type { Clock } from '../platform/clock.ts'
import { hourOf, type StatisticName } from './statistics.ts'

/** How often something happened in an hour. */
export type HourlyCount = { hour: number; name: StatisticName; count: number }

/**
 * The counts of this process that are not stored yet. Counting increments a number in memory and costs no statement. If
 * a process is killed, its unstored counts are lost.
 */
export type HourlyCounts = {
  add(name: StatisticName): void
  /** The counts that are not stored yet. */
  pending(): HourlyCount[]
  /** The same counts. From then on they count as stored. */
  takeAll(): HourlyCount[]
  /** Takes back counts that could not be stored. */
  giveBack(counts: readonly HourlyCount[]): void
}

export function createHourlyCounts(clock: Clock): HourlyCounts {
  let hours = new Map<number, Map<StatisticName, number>>()

  function raise(hour: number, name: StatisticName, by: number): void {
    const counts = hours.get(hour) ?? new Map<StatisticName, number>()
    hours.set(hour, counts)
    counts.set(name, (counts.get(name) ?? 0) + by)
  }

  function pending(): HourlyCount[] {
    return [...hours].flatMap(([hour, counts]) => [...counts].map(([name, count]) => ({ hour, name, count })))
  }

  return {
    add: (name) => raise(hourOf(clock.now()), name, 1),
    pending,
    takeAll() {
      const taken = pending()
      hours = new Map()
      return taken
    },
    giveBack(counts) {
      for (const { hour, name, count } of counts) raise(hour, name, count)
    },
  }
}
