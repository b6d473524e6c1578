import type { AuditActor } from '../../audit/events.ts'
import { wireActor, wireFacts } from '../../audit/wire-event.ts'

/**
 * The parts of an event that a webhook receives: what happened and who did it, but not from where. Only the audit log
 * has that.
 */
type ToldEvent = {
  id: number
  at: number
  event: string
  accountId: number | undefined
  /** The `uid` of the account; undefined if it no longer exists. */
  accountUid: string | undefined
  sessionId: string | undefined
  actor: AuditActor
  facts: Readonly<Record<string, unknown>>
}

/** The body of the request, in the form that Standard Webhooks recommends: `type`, `timestamp`, `data`. */
export function webhookPayload({ id, at, event, accountId, accountUid, sessionId, actor, facts }: ToldEvent): string {
  return JSON.stringify({
    type: event,
    timestamp: new Date(at).toISOString(),
    data: {
      event_id: id,
      account_id: accountId ?? null,
      account_uid: accountUid ?? null,
      session_id: sessionId ?? null,
      actor: wireActor(actor),
      facts: wireFacts(facts),
    },
  })
}
