import type { CommittedEvent } from '../../audit/committed-events.ts'
import type { RefreshOutcome } from '../../metrics/metrics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/log.ts'
import { addHourlyCounts, listHourlyCounts, pruneHourlyCounts } from '../../statistics/hourly-count-store.ts'
import type { HourlyCount, HourlyCounts } from '../../statistics/hourly-counts.ts'
import { HOUR_MS, hourOf, KEPT_MS, type StatisticName, statisticNames } from '../../statistics/statistics.ts'
import type { Database } from '../../storage/database.ts'

/** How often counts are stored. A killed process loses the counts of this time. */
const FLUSH_EVERY_MS = 10_000

/** How often each thing happened in the time from `at` on. */
export type StatisticsBucket = { at: number; counts: Record<StatisticName, number> }

/** The counts of each hour or day, of all processes together. */
export type Statistics = {
  /**
   * One bucket for each hour or day (UTC), the oldest first, even if nothing happened. Counts of the last ten seconds
   * that other processes have not stored yet are missing.
   */
  read(range: { from: number; to: number; step: 'hour' | 'day' }): Promise<StatisticsBucket[]>
  /** Stores the counts. */
  flush(): Promise<void>
  start(): void
  stop(): Promise<void>
}

type StatisticsParts = { database: Database; clock: Clock; counts: HourlyCounts; log: Logger }

export function createStatistics({ database, clock, counts, log }: StatisticsParts): Statistics {
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined
  let prunedHour = 0
  let isFailing = false

  async function write(): Promise<void> {
    const taken = counts.takeAll()
    const hour = hourOf(clock.now())
    if (taken.length === 0 && hour === prunedHour) return
    try {
      await database.inTransaction(async (tx) => {
        await addHourlyCounts(tx, taken)
        if (hour !== prunedHour) await pruneHourlyCounts(tx, hour - KEPT_MS)
      })
      prunedHour = hour
      isFailing = false
    } catch (error) {
      counts.giveBack(taken)
      if (!isFailing) log.warn({ err: error }, 'statistics cannot be stored; they are kept in memory until they can be')
      isFailing = true
    }
  }

  function flush(): Promise<void> {
    flushing ??= write().finally(() => {
      flushing = undefined
    })
    return flushing
  }

  return {
    async read({ from, to, step }) {
      const stepMs = step === 'day' ? 24 * HOUR_MS : HOUR_MS
      const start = from - (from % stepMs)
      const buckets: StatisticsBucket[] = []
      for (let at = start; at < to; at += stepMs) buckets.push({ at, counts: zeros() })
      await flushing
      const written = await listHourlyCounts(database.read, start, to)
      for (const { hour, name, count } of [...written, ...counts.pending()] satisfies HourlyCount[]) {
        const bucket = buckets[Math.floor((hour - start) / stepMs)]
        if (bucket !== undefined && name in bucket.counts) bucket.counts[name] += count
      }
      return buckets
    },
    flush,
    start() {
      timer = setInterval(flush, FLUSH_EVERY_MS)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await flushing
      await flush()
    },
  }
}

function zeros(): Record<StatisticName, number> {
  return Object.fromEntries(statisticNames.map((name) => [name, 0])) as Record<StatisticName, number>
}

/** Counts an event of the audit log. */
export function countStatistic(counts: HourlyCounts, { event }: CommittedEvent): void {
  const name = byEvent[event]
  if (name !== undefined) counts.add(name)
}

const byEvent: { readonly [E in CommittedEvent['event']]?: StatisticName } = {
  'login.succeeded': 'sign_ins',
  'login.failed': 'failed_sign_ins',
  'refresh.replayed': 'replays',
  'account.registered': 'new_accounts',
  'account.created': 'new_accounts',
  'session.ended': 'ended_sessions',
}

/** Counts the outcome of a refresh. */
export function countRefresh(counts: HourlyCounts, outcome: RefreshOutcome): void {
  counts.add(outcome === 'refused' || outcome === 'replayed' ? 'refused_refreshes' : 'refreshes')
}
