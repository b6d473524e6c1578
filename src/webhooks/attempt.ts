import type { Clock } from '../platform/clock.ts'
import { isError } from '../platform/is-error.ts'
import type { Seal } from '../platform/seal.ts'
import type { AttemptResult } from '../queue/queue.ts'
import type { ClaimedDelivery } from './delivery-queue-store.ts'
import { openSecrets } from './secrets.ts'
import type { SendWebhook } from './sender.ts'
import { signatureHeaders } from './signature.ts'
import { messageId } from './webhook.ts'

/** How much of an error is stored. */
const ERROR_LIMIT = 300

/** The status by which a receiver asks for no more events. */
export const GONE = 410

type WebhookAttemptParts = { clock: Clock; seal: Seal; send: SendWebhook }

/**
 * Delivers one event to a webhook. Any response but a 2xx is a failure and makes the webhook count as failing: only the
 * next event can show whether it refuses everything or just this event.
 */
export function createWebhookAttempt({ clock, seal, send }: WebhookAttemptParts) {
  return async (delivery: ClaimedDelivery, signal: AbortSignal): Promise<AttemptResult> => {
    try {
      const now = clock.now()
      const message = { id: messageId(delivery), sentAt: now, payload: delivery.payload }
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Latchkey-Webhooks',
        ...signatureHeaders(message, openSecrets(seal, delivery.webhookId, delivery.secrets, now)),
      }
      const status = await send({ url: delivery.url, headers, body: delivery.payload }, signal)
      if (status >= 200 && status < 300) return { outcome: 'done', status }
      const reason = `answered with ${status}`
      if (status === GONE) return { outcome: 'refused', status, reason, isDestinationDown: true }
      return { outcome: 'failed', status, reason }
    } catch (error) {
      return { outcome: 'failed', reason: reasonOf(error) }
    }
  }
}

/** What went wrong, for the log and the record: one line. */
function reasonOf(error: unknown): string {
  if (isError(error) && error.name === 'TimeoutError') return 'took too long'
  const code = isError(error) && 'code' in error ? String(error.code) : ''
  const message = isError(error) ? error.message || code : String(error)
  return message.replace(/[\p{C}\s]+/gu, ' ').slice(0, ERROR_LIMIT)
}
