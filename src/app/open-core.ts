import { watchingEvents } from '../audit/committed-events.ts'
import { countStatistic } from '../flows/statistics/statistics.ts'
import { queueEventsForWebhooks } from '../flows/webhooks/queue-events.ts'
import { countEvent } from '../metrics/event-counts.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { limitNames } from '../rate-limits/limits.ts'
import { createHourlyCounts } from '../statistics/hourly-counts.ts'
import { buildCore } from './build-core.ts'
import { type AppParts, buildKeyRing, type Core, openPasswordFilter } from './parts.ts'
import { closeAll } from './start/close-all.ts'
import { prepareDatabase } from './start/prepare-database.ts'
import { atStep } from './start/start-error.ts'
import { countingRefreshes } from './statistics.ts'

/** The parts that all flows share, and how to release them. */
export type OpenedCore = { core: Core; close(): Promise<void> }

/**
 * Opens and prepares the database, loads the keys and the deployment's own code, and builds what all flows share. If one
 * of these fails, it releases the others.
 *
 * @throws StartError, FilterFileError, ConfigModuleError
 */
export async function openCore(parts: AppParts): Promise<OpenedCore> {
  const { config, clock, log } = parts
  const breached = await openPasswordFilter(config)
  const counts = createHourlyCounts(clock)
  const metrics = countingRefreshes(createMetrics(limitNames), counts)
  const { database: opened, applied } = await prepareDatabase(parts, {
    connectionLost: (error) => log.warn({ err: error }, 'lost the connection to the database'),
    failed: metrics.databaseErrors.add,
    noticed: (sentence) => log.warn(sentence),
  }).catch(async (error) => {
    await breached?.close()
    throw error
  })
  const database = watchingEvents(opened, {
    awaited: queueEventsForWebhooks,
    committed(event) {
      countEvent(metrics, event)
      countStatistic(counts, event)
    },
  })
  const close = () => closeAll([database.close, () => breached?.close()])
  try {
    if (applied.length > 0) log.info({ migrations: applied.length, last: applied.at(-1) }, 'migrated the database')
    const keyRing = buildKeyRing(parts, database)
    await atStep('database', () => keyRing.load())
    const core = await buildCore(parts, { database, keyRing, metrics, counts, breached })
    const { configModule } = config.hooks
    if (configModule !== undefined) log.info({ path: configModule }, 'loaded the configuration module')
    return { core, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
