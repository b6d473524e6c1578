import { createHeldBackList, type HeldBackList } from '../rate-limits/held-back.ts'
import { createLimiter, type Limiter } from '../rate-limits/limiter.ts'
import type { AppParts, Core } from './parts.ts'

/** Builds the rate limits, and the list of the clients that they hold back. */
export function buildLimits(
  { config, clock, log }: AppParts,
  { database, metrics }: Core,
): { limiter: Limiter; heldBack: HeldBackList } {
  const heldBack = createHeldBackList(clock)
  const limiter = createLimiter({
    settings: config.rateLimits,
    database,
    clock,
    log,
    onRefusal(claim, client, waitMs) {
      metrics.rateLimitRefusals.add(claim.limit)
      heldBack.note(claim, client, waitMs)
    },
  })
  return { limiter, heldBack }
}
