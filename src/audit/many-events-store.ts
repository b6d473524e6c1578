import { sql } from 'kysely'
import type { Transaction } from '../storage/prepared.ts'
import { recordset } from '../storage/recordset.ts'
import { type AuditEntry, eventValues, noteRecorded, recordEvent } from './audit-store.ts'
import type { AuditEventName } from './events.ts'

const columns = {
  at: 'bigint',
  event: 'text',
  account_id: 'bigint',
  session_id: 'text',
  actor: 'text',
  actor_id: 'bigint',
  address: 'text',
  user_agent: 'text',
  facts: 'text',
} as const
const names = Object.keys(columns)

/** An entry about an account, or about one of its sessions. */
type EntryOfAccount<E extends AuditEventName> = AuditEntry<E> & { accountId: number; sessionId?: string }

/**
 * Records one event for each of many accounts or sessions, in one statement. In everything else it works like
 * `recordEvent`.
 *
 * @param entries at most one for each session, or for each account if they are not about sessions
 */
export async function recordEventOfEach<E extends AuditEventName>(
  tx: Transaction,
  now: number,
  event: E,
  entries: readonly EntryOfAccount<E>[],
): Promise<void> {
  const [first, ...others] = entries
  if (first === undefined) return
  if (others.length === 0) {
    await recordEvent(tx, now, event, first)
    return
  }
  const rows = entries.map((entry) => {
    const values = eventValues(now, event, entry)
    return Object.fromEntries(names.map((name, position) => [name, values[position]]))
  })
  const listed = sql.join(names.map((name) => sql.id(name)))
  const stored = await sql<{ id: number; account_id: number; session_id: string | null; is_awaited: number }>`
    insert into audit_events (${listed}) select ${listed} from ${recordset(tx, rows, columns)} r where true
    returning id, account_id, session_id,
      case when exists (select event from webhook_subscriptions where event = ${event}) then 1 else 0 end as is_awaited
    `.execute(tx)
  const bySubject = new Map(stored.rows.map((row) => [row.session_id ?? row.account_id, row]))
  for (const entry of entries) {
    const row = bySubject.get(entry.sessionId ?? entry.accountId)
    if (row === undefined) throw new Error('the database returned no id for an event')
    noteRecorded(tx, { id: row.id, isAwaited: row.is_awaited === 1 }, now, event, entry)
  }
}
