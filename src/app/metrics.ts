import { createReadStored } from '../flows/upkeep/read-stored.ts'
import type { Expose, Exposition } from '../metrics/exposition.ts'
import type { Clock } from '../platform/clock.ts'
import { latchkeyVersion } from '../platform/version.ts'
import type { Core } from './parts.ts'

/** Reads the metrics, including prom-client's, which is loaded at the first scrape. */
export function createReadMetrics(core: Core, clock: Clock): () => Promise<Exposition> {
  const { metrics, hashPool } = core
  const readStored = createReadStored({ ...core, clock })
  let loading: Promise<Expose> | undefined

  async function load(): Promise<Expose> {
    const { createExposition } = await import('../metrics/exposition.ts')
    return createExposition(metrics)
  }

  return async () => {
    loading ??= load()
    const expose = await loading
    return expose({
      version: latchkeyVersion(),
      hashing: { running: hashPool.running, queued: hashPool.waiting },
      stored: await readStored(),
    })
  }
}
