import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'
import type { AuditEventName, AuditFields } from './events.ts'

/** An event that is in the audit log for good. */
export type CommittedEvent = { [E in AuditEventName]: { event: E; fields: AuditFields[E] } }[AuditEventName]

/** What was recorded in transactions that are under way, of databases somebody listens to. */
const underWay = new WeakMap<Queryable, CommittedEvent[]>()

/** Notes an event in case somebody wants to be told of it once its transaction is committed. */
export function noteEvent<E extends AuditEventName>(tx: Queryable, event: E, fields: AuditFields[E]): void {
  underWay.get(tx)?.push({ event, fields } as CommittedEvent)
}

/**
 * The same database, which tells of every event once its transaction is committed, and never of one that was undone.
 * Transactions on one connection run one after the other, also where they share a commit, so the transaction says which
 * events are its own.
 */
export function tellingCommitted(database: Database, tell: (committed: CommittedEvent) => void): Database {
  return {
    ...database,
    inTransaction(unit) {
      let events: CommittedEvent[] = []
      return database
        .inTransaction((tx) => {
          // Anew each time: PostgreSQL may undo a transaction and have it tried again. On SQLite the next one takes the place.
          events = []
          underWay.set(tx, events)
          return unit(tx)
        })
        .then((value) => {
          for (const committed of events) tell(committed)
          return value
        })
    },
  }
}
