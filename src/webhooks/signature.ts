import { hmacSha256 } from '../platform/digest.ts'
import type { Random } from '../platform/random.ts'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new secret, as Standard Webhooks writes them. */
export function newWebhookSecret(random: Random): string {
  return PREFIX + random.bytes(SECRET_BYTES).toString('base64')
}

/** What is signed: none of it can be replaced without the signature. */
type SignedMessage = {
  id: string
  /** Epoch milliseconds; signed in whole seconds. */
  sentAt: number
  payload: string
}

/**
 * The headers by which a receiver knows that a message is ours, unchanged and fresh (Standard Webhooks, symmetric scheme
 * `v1`).
 *
 * @param secrets the current one first; receivers take a message that one of them has signed
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
