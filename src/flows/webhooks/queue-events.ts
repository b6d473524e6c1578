import { findUid } from '../../accounts/account-id-store.ts'
import type { RecordedEvent } from '../../audit/committed-events.ts'
import type { Transaction } from '../../storage/prepared.ts'
import { queueEvent } from '../../webhooks/event-queue-store.ts'
import { isWebhookEvent } from '../../webhooks/webhook-events.ts'
import { webhookPayload } from './webhook-payload.ts'

/** Queues events for the webhooks that subscribe to them, in the transaction that records the events. */
export async function queueEventsForWebhooks(tx: Transaction, events: readonly RecordedEvent[]): Promise<void> {
  // A batch may have ended a hundred sessions of one account.
  const uids = new Map<number, string | undefined>()
  async function uidOf(accountId: number): Promise<string | undefined> {
    if (!uids.has(accountId)) uids.set(accountId, await findUid(tx, accountId))
    return uids.get(accountId)
  }

  for (const { id, at, event, fields } of events) {
    if (!isWebhookEvent(event)) continue
    const { origin, accountId, sessionId, ...facts }: AnyFields = fields
    const uidOfDeleted = event === 'account.deleted' ? fields.uid : undefined
    const accountUid = uidOfDeleted ?? (accountId === undefined ? undefined : await uidOf(accountId))
    const payload = webhookPayload({ id, at, event, accountId, accountUid, sessionId, actor: origin.actor, facts })
    await queueEvent(tx, { eventId: id, event, accountId, payload }, at)
  }
}

/** The facts that all events share. */
type AnyFields = RecordedEvent['fields'] & { accountId?: number | undefined; sessionId?: string }
