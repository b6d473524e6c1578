import { hmacSha256 } from '../platform/digest.ts'
import type { Random } from '../platform/random.ts'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new secret in the form of Standard Webhooks. */
export function newWebhookSecret(random: Random): string {
  return PREFIX + random.bytes(SECRET_BYTES).toString('base64')
}

/** The signed text: no part of it can be replaced without the signature. */
type SignedMessage = {
  id: string
  /** Epoch milliseconds; signed as whole seconds. */
  sentAt: number
  payload: string
}

/**
 * The headers that prove to a receiver that a message is ours, unchanged and recent (Standard Webhooks, symmetric
 * scheme `v1`).
 *
 * @param secrets the current one first; receivers accept a message signed with any of them
 */
export function signatureHeaders({ id, sentAt, payload }: SignedMessage, secrets: readonly string[]) {
  const timestamp = String(Math.floor(sentAt / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${hmacSha256(key, `${id}.${timestamp}.${payload}`).toString('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
