import { createManageWebhooks } from '../../flows/webhooks/manage-webhooks.ts'
import { createRetryDeliveries } from '../../flows/webhooks/retry-deliveries.ts'
import { createWebhookWorker } from '../../flows/webhooks/webhook-worker.ts'
import { createSender } from '../../webhooks/sender.ts'
import type { AppParts, Core } from '../parts.ts'
import { buildSeal } from '../seal.ts'

/** Builds the worker that delivers events to webhooks, and the operations on webhooks and deliveries. */
export function buildWebhooks({ config, clock, random, log }: AppParts, { database, metrics }: Core) {
  const seal = buildSeal({ config, random })
  const destinations = { allowsPlain: config.debug, allowsPrivate: config.webhooks.allowPrivate }
  return {
    webhookWorker: createWebhookWorker({
      database,
      clock,
      seal,
      send: createSender(destinations),
      settings: config.webhooks,
      log,
      metrics,
    }),
    manageWebhooks: createManageWebhooks({ database, clock, random, seal, rules: destinations }),
    retryDeliveries: createRetryDeliveries({ database, clock }),
  }
}
