import { countRefresh, createStatistics, type Statistics } from '../flows/statistics/statistics.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { HourlyCounts } from '../statistics/hourly-counts.ts'
import type { Database } from '../storage/database.ts'
import type { AppParts } from './parts.ts'

/** Stores the counts of each hour. */
export function buildStatistics({ clock, log }: AppParts, database: Database, counts: HourlyCounts): Statistics {
  return createStatistics({ database, clock, counts, log })
}

/** The same metrics; their refreshes are also counted per hour. */
export function countingRefreshes(metrics: Metrics, counts: HourlyCounts): Metrics {
  const { refreshes } = metrics
  return {
    ...metrics,
    refreshes: {
      ...refreshes,
      add(outcome) {
        refreshes.add(outcome)
        countRefresh(counts, outcome)
      },
    },
  }
}
