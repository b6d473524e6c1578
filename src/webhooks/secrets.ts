import type { Seal } from '../platform/seal.ts'
import type { SealedSecrets } from './webhook-store.ts'

/** How long requests are signed with the former secret too, once there is a new one. */
export const FORMER_SECRET_MS = 86_400_000

/** Seals a secret for the webhook it is the secret of. */
export function sealSecret(seal: Seal, webhookId: string, secret: string): string {
  return seal.seal(secret, placeOf(webhookId))
}

/**
 * What requests to a webhook are signed with at `now`, the current secret first.
 *
 * @throws Error if SECRET_KEY is another one by now
 */
export function openSecrets(seal: Seal, webhookId: string, sealed: SealedSecrets, now: number): string[] {
  const { current, former, formerUntil = 0 } = sealed
  const valid = former !== undefined && now < formerUntil ? [current, former] : [current]
  return valid.map((one) => seal.open(one, placeOf(webhookId)).plain)
}

/** The same secrets, sealed under the current SECRET_KEY; undefined if they are already. @throws Error as `openSecrets` */
export function resealed(seal: Seal, webhookId: string, sealed: SealedSecrets): SealedSecrets | undefined {
  const current = seal.open(sealed.current, placeOf(webhookId))
  const former = sealed.former === undefined ? undefined : seal.open(sealed.former, placeOf(webhookId))
  if (!current.needsResealing && former?.needsResealing !== true) return undefined
  return {
    ...sealed,
    current: sealSecret(seal, webhookId, current.plain),
    former: former && sealSecret(seal, webhookId, former.plain),
  }
}

function placeOf(webhookId: string): string {
  return `webhook_endpoints:${webhookId}`
}
