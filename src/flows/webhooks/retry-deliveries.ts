import { recordEvent } from '../../audit/audit-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { endRest } from '../../queue/lane-store.ts'
import type { Database } from '../../storage/database.ts'
import { hurryDeliveries, reviveDeliveries } from '../../webhooks/delivery-store.ts'
import { type Administrator, auditOriginOf } from '../rights/actor.ts'
import { admit } from '../rights/authority.ts'
import { WEBHOOK_QUEUE } from './manage-webhooks.ts'

/** How many deliveries one transaction makes due, so that nobody waits long for it. */
const BATCH = 500
/** How many are made due at most in one request. */
const MOST = 10_000

/** How many were made due. `more`: there are more, for another request. */
type RetriedDeliveries = { retried: number; more: boolean }

/**
 * Delivers a webhook's postponed events now and, on request, those that were given up. Use it when its receiver works
 * again. Ends the rest of a failing webhook.
 */
export type RetryDeliveries = (
  webhookId: string,
  options: { includesGivenUp: boolean },
  administrator: Administrator,
) => Promise<RetriedDeliveries>

export function createRetryDeliveries({ database, clock }: { database: Database; clock: Clock }): RetryDeliveries {
  return async (webhookId, { includesGivenUp }, administrator) => {
    const now = clock.now()
    let retried = 0
    let count = 0
    do {
      count = await database.inTransaction(async (tx) => {
        await admit(tx, administrator, 'webhooks.change')
        await endRest(tx, WEBHOOK_QUEUE, webhookId, now)
        const hurried = await hurryDeliveries(tx, webhookId, now, BATCH)
        const revived = includesGivenUp ? await reviveDeliveries(tx, webhookId, now, BATCH - hurried) : 0
        const facts = {
          accountId: undefined,
          webhookId,
          count: hurried + revived,
          origin: auditOriginOf(administrator),
        }
        if (facts.count > 0 || retried === 0) await recordEvent(tx, now, 'webhook.retried', facts)
        return facts.count
      })
      retried += count
    } while (count === BATCH && retried < MOST)
    return { retried, more: retried >= MOST }
  }
}
