import { createReadStored } from '../flows/upkeep/read-stored.ts'
import type { Exposition } from '../metrics/exposition.ts'
import type { Clock } from '../platform/clock.ts'
import { latchkeyVersion } from '../platform/version.ts'
import type { Core } from './parts.ts'

/**
 * Begins to time requests, and gives what reads the metrics. To be called only where somebody may read them: prom-client is
 * loaded here.
 */
export async function createReadMetrics(core: Core, clock: Clock): Promise<() => Promise<Exposition>> {
  const { metrics, hashPool } = core
  const readStored = createReadStored({ ...core, clock })
  const { createExposition } = await import('../metrics/exposition.ts')
  const expose = createExposition(metrics)
  return async () =>
    expose({
      version: latchkeyVersion(),
      hashing: { running: hashPool.running, queued: hashPool.waiting },
      stored: await readStored(),
    })
}
