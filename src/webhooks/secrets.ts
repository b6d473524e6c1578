import type { Seal } from '../platform/seal.ts'
import { sealedColumn } from '../storage/sealed-column.ts'
import type { SealedSecrets } from './webhook-store.ts'

/** How long requests are also signed with the previous secret after a rotation. */
export const FORMER_SECRET_MS = 86_400_000

/** Encrypts a secret for its webhook. */
export function sealSecret(seal: Seal, webhookId: string, secret: string): string {
  return seal.seal(secret, placeOf(webhookId))
}

/**
 * The secrets that sign requests to a webhook at `now`, the current one first.
 *
 * @throws Error if SECRET_KEY has changed
 */
export function openSecrets(seal: Seal, webhookId: string, sealed: SealedSecrets, now: number): string[] {
  const { current, former, formerUntil = 0 } = sealed
  const valid = former !== undefined && now < formerUntil ? [current, former] : [current]
  return valid.map((one) => seal.open(one, placeOf(webhookId)).plain)
}

/** The encrypted secrets of webhooks. */
export const sealedWebhookSecrets = sealedColumn({ table: 'webhook_endpoints', column: 'sealed_secret', placeOf })
export const sealedFormerSecrets = sealedColumn({ table: 'webhook_endpoints', column: 'sealed_former_secret', placeOf })

function placeOf(webhookId: string): string {
  return `webhook_endpoints:${webhookId}`
}
