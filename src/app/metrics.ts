import { createReadStored } from '../flows/upkeep/read-stored.ts'
import type { Exposition } from '../metrics/exposition.ts'
import type { Clock } from '../platform/clock.ts'
import { latchkeyVersion } from '../platform/version.ts'
import type { Core } from './parts.ts'

/**
 * Starts to time requests, and returns what reads the metrics. Call it only if somebody may read them, because it loads
 * prom-client.
 */
export async function createReadMetrics(core: Core, clock: Clock): Promise<() => Promise<Exposition>> {
  const { database, metrics, hashPool } = core
  const readStored = createReadStored({ database, clock })
  const { createExposition } = await import('../metrics/exposition.ts')
  const expose = createExposition(metrics)
  const version = latchkeyVersion()
  return async () =>
    expose({
      version,
      hashing: { running: hashPool.running, queued: hashPool.waiting },
      stored: await readStored(),
    })
}
