import { findUids } from '../../accounts/account-id-store.ts'
import type { RecordedEvent } from '../../audit/committed-events.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { queueEvents } from '../../webhooks/event-queue-store.ts'
import { isWebhookEvent } from '../../webhooks/webhook-events.ts'
import { webhookPayload } from './webhook-payload.ts'

/**
 * Queues events for the webhooks that subscribe to them, in the transaction that records the events. Thousands of events
 * take a few statements.
 */
export async function queueEventsForWebhooks(tx: Transaction, events: readonly RecordedEvent[]): Promise<void> {
  const described = events.map(({ id, at, event, fields }) => {
    const { origin, accountId, sessionId, ...facts }: AnyFields = fields
    const uid = event === 'account.deleted' ? fields.uid : undefined
    return { id, at, event, accountId, uid, sessionId, actor: origin.actor, facts }
  })
  const searched = described.flatMap(({ accountId, uid }) =>
    accountId === undefined || uid !== undefined ? [] : accountId,
  )
  const uids = await findUids(tx, [...new Set(searched)])
  const queued = described.flatMap(({ uid, ...one }) => {
    const { id: eventId, at, event, accountId } = one
    if (!isWebhookEvent(event)) return []
    const accountUid = uid ?? (accountId === undefined ? undefined : uids.get(accountId))
    return [{ eventId, event, accountId, payload: webhookPayload({ ...one, accountUid }), at }]
  })
  await queueEvents(tx, queued)
}

/** The facts that all events share. */
type AnyFields = RecordedEvent['fields'] & { accountId?: number | undefined; sessionId?: string }
