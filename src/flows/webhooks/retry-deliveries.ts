import { recordEvent } from '../../audit/audit-store.ts'
import { actingAccount, type RequestOrigin } from '../../audit/origin.ts'
import type { Clock } from '../../platform/clock.ts'
import { endRest } from '../../queue/lane-store.ts'
import type { Database } from '../../storage/database.ts'
import { hurryDeliveries, reviveDeliveries } from '../../webhooks/delivery-store.ts'
import type { Caller } from '../rights/actor.ts'
import { actingAdministrator } from '../rights/authority.ts'
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
  caller: Caller,
  options: { includesGivenUp: boolean; origin: RequestOrigin },
) => Promise<RetriedDeliveries>

export function createRetryDeliveries({ database, clock }: { database: Database; clock: Clock }): RetryDeliveries {
  return async (webhookId, caller, { includesGivenUp, origin }) => {
    const now = clock.now()
    let retried = 0
    for (const make of includesGivenUp ? [hurryDeliveries, reviveDeliveries] : [hurryDeliveries]) {
      for (;;) {
        const count = await database.inTransaction(async (tx) => {
          await actingAdministrator(tx, caller, 'webhooks.change')
          await endRest(tx, WEBHOOK_QUEUE, webhookId, now)
          return make(tx, webhookId, now, BATCH)
        })
        retried += count
        if (count < BATCH || retried >= MOST) break
      }
      if (retried >= MOST) break
    }
    const facts = { accountId: undefined, webhookId, count: retried, origin: actingAccount(caller.account.id, origin) }
    await database.inTransaction((tx) => recordEvent(tx, now, 'webhook.retried', facts))
    return { retried, more: retried >= MOST }
  }
}
