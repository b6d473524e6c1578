import { sql } from 'kysely'
import { preparedReturning, type Transaction } from '../storage/prepared.ts'
import { noteEvent, type RecordedEvent } from './committed-events.ts'
import type { AuditEventName, AuditFields, AuditOrigin } from './events.ts'
import { actorText } from './stored-actor.ts'

/** An event to record: its own facts, who acted and from where. */
export type AuditEntry<E extends AuditEventName> = AuditFields[E] & { origin: AuditOrigin }

/** The longest address or user agent that is stored, in UTF-16 units; longer ones are truncated. */
export const maxAuditTextLength = 512

const append = preparedReturning(
  (
    db,
    at: number,
    event: string,
    account_id: number | null,
    session_id: string | null,
    actor: string,
    actor_id: number | null,
    address: string,
    user_agent: string,
    facts: string,
  ) =>
    db
      .insertInto('audit_events')
      .values({ at, event, account_id, session_id, actor, actor_id, address, user_agent, facts })
      .returning((row) => [
        'id',
        // Checked in the same statement, so that an event costs only one statement while no webhook subscribes to it.
        row
          .case()
          .when(
            row.exists(
              row.selectFrom('webhook_subscriptions').select('event').where('event', '=', sql<string>`${event}`),
            ),
          )
          .then(1)
          .else(0)
          .end()
          .as('is_awaited'),
      ]),
)

/**
 * Records an event in the transaction of the change it reports, so that neither exists without the other. The watcher of
 * the database (`committed-events.ts`) receives it too, counts it, and queues it for webhooks.
 *
 *     await recordEvent(tx, now, 'session.ended', { accountId, sessionId, reason: 'logout', origin })
 */
export async function recordEvent<E extends AuditEventName>(
  tx: Transaction,
  now: number,
  event: E,
  entry: AuditEntry<E>,
): Promise<void> {
  const [row] = await append(tx, ...eventValues(now, event, entry))
  if (row === undefined) throw new Error('the database returned no id for an event')
  noteRecorded(tx, { id: row.id, isAwaited: row.is_awaited === 1 }, now, event, entry)
}

/** The columns of a stored event, for a statement that inserts it together with other rows. */
export function eventValues<E extends AuditEventName>(now: number, event: E, entry: AuditEntry<E>) {
  const { origin, accountId, sessionId, ...facts }: AnyEntry = entry
  const { actor, address, userAgent } = origin
  return [
    now,
    event,
    accountId ?? null,
    sessionId ?? null,
    actorText(actor),
    typeof actor === 'object' && 'accountId' in actor ? actor.accountId : null,
    harmless(address),
    harmless(userAgent),
    JSON.stringify(facts),
  ] as const
}

/** Called after such a statement: reports the event to the database's watcher. */
export function noteRecorded<E extends AuditEventName>(
  tx: Transaction,
  stored: { id: number; isAwaited: boolean },
  now: number,
  event: E,
  entry: AuditEntry<E>,
): void {
  noteEvent(tx, { ...stored, at: now, event, fields: entry } as unknown as RecordedEvent)
}

/** The columns that all entries share. */
type AnyEntry = { origin: AuditOrigin; accountId?: number | undefined; sessionId?: string }

/**
 * Deletes events from before `before`, oldest first, at most `limit` of them: enough for one small transaction.
 *
 * @returns how many; fewer than `limit` if none are left
 */
export async function pruneEvents(tx: Transaction, before: number, limit: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('audit_events')
    .where('id', 'in', (events) =>
      events.selectFrom('audit_events').select('id').where('at', '<', before).orderBy('at').limit(limit),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/**
 * Makes a stranger's text safe to store and show. It removes characters that move a terminal's cursor, change the
 * writing direction, or are not text at all (U+0000, half a surrogate pair), and limits the length.
 */
function harmless(text: string): string {
  return text.slice(0, maxAuditTextLength).replace(/\p{C}/gu, '\uFFFD')
}
