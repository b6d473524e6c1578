import { createManageKeys } from '../flows/keys/manage-keys.ts'
import { countRefresh, createStatistics, type Statistics } from '../flows/statistics/statistics.ts'
import { createListAttention, type ListAttention } from '../flows/upkeep/attention.ts'
import { settingsChecks } from '../flows/upkeep/checks/settings-checks.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { limitsInForce } from '../rate-limits/held-back.ts'
import type { HourlyCounts } from '../statistics/hourly-counts.ts'
import type { Database } from '../storage/database.ts'
import type { AppParts, Core } from './parts.ts'

/** The data on the first page of the administration. */
export function buildOverview({ config, clock }: AppParts, { database, keyRing }: Core) {
  const keys = createManageKeys({ database, clock, keyRing, algorithm: config.keys.algorithm })
  // Without DEBUG there is no server without a SECRET_KEY.
  const checks = settingsChecks({ ...config, isSecretKeySet: !config.debug })
  const listAttention: ListAttention = createListAttention({ database, clock, keys, settings: config.keys, checks })
  return { clock, listAttention, limitsInForce: limitsInForce(config.rateLimits) }
}

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
