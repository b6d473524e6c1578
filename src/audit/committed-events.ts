import type { Database } from '../storage/database.ts'
import type { Queryable, Transaction } from '../storage/prepared.ts'
import type { InTransaction } from '../storage/transaction.ts'
import type { AuditEventName, AuditFields, AuditOrigin } from './events.ts'

/** An event with its facts and its actor. */
export type CommittedEvent = {
  [E in AuditEventName]: { event: E; fields: AuditFields[E] & { origin: AuditOrigin } }
}[AuditEventName]

/** An event recorded in a transaction that is still open. */
export type RecordedEvent = CommittedEvent & {
  id: number
  at: number
  /** Whether any webhook subscribes to it. */
  isAwaited: boolean
}

/** Watches the events of a database. */
type EventWatch = {
  /**
   * Called in the transaction, just before its commit, with its events that webhooks subscribe to, if there are any.
   */
  awaited(tx: Transaction, events: readonly RecordedEvent[]): Promise<void>
  /** Called with each event once it is committed. */
  committed(event: CommittedEvent): void
}

/** Events recorded in open transactions, of watched databases. */
const underWay = new WeakMap<Queryable, RecordedEvent[]>()

/** Reports an event to the database's watcher. */
export function noteEvent(tx: Transaction, recorded: RecordedEvent): void {
  underWay.get(tx)?.push(recorded)
}

/**
 * The same database with its events watched. Events of a rolled back transaction are dropped. Transactions on one
 * connection run one after the other, even if they share a commit, so the transaction identifies its own events.
 */
export function watchingEvents(database: Database, { awaited, committed }: EventWatch): Database {
  const watching =
    (run: InTransaction): InTransaction =>
    async (unit) => {
      let events: RecordedEvent[] = []
      const value = await run(async (tx) => {
        // A new list each time: PostgreSQL may abort a transaction and repeat it, and on SQLite, the next transaction
        // takes its place.
        events = []
        underWay.set(tx, events)
        const value = await unit(tx)
        const subscribed = events.filter(({ isAwaited }) => isAwaited)
        if (subscribed.length > 0) await awaited(tx, subscribed)
        return value
      })
      for (const event of events) committed(event)
      return value
    }
  return {
    ...database,
    inTransaction: watching(database.inTransaction),
    inLongTransaction: watching(database.inLongTransaction),
  }
}
