import type { Database } from '../storage/database.ts'
import type { Queryable } from '../storage/prepared.ts'
import type { AuditEventName, AuditFields, AuditOrigin } from './events.ts'

/** An event with its fields. */
export type CommittedEvent = { [E in AuditEventName]: { event: E; fields: AuditFields[E] } }[AuditEventName]

/** An event as it was recorded in a transaction that is under way. */
export type RecordedEvent = CommittedEvent & {
  id: number
  at: number
  fields: { origin: AuditOrigin }
  /** Whether some webhook is to be told it. */
  isAwaited: boolean
}

/** Who wants to know of events. */
export type EventWatch = {
  /** Told in the transaction, right before its commit, of the events of it that a webhook is to be told; if there are any. */
  awaited(tx: Queryable, events: readonly RecordedEvent[]): Promise<void>
  /** Told of each event once it is in the audit log for good. */
  committed(event: CommittedEvent): void
}

/** What was recorded in transactions that are under way, of databases somebody watches. */
const underWay = new WeakMap<Queryable, RecordedEvent[]>()

/** Notes an event for whoever watches the database. */
export function noteEvent(tx: Queryable, recorded: RecordedEvent): void {
  underWay.get(tx)?.push(recorded)
}

/**
 * The same database, whose events are watched. One that was undone is told nobody. Transactions on one connection run one
 * after the other, also where they share a commit, so the transaction says which events are its own.
 */
export function watchingEvents(database: Database, { awaited, committed }: EventWatch): Database {
  return {
    ...database,
    inTransaction(unit) {
      let events: RecordedEvent[] = []
      return database
        .inTransaction(async (tx) => {
          // Anew each time: PostgreSQL may undo a transaction and have it tried again. On SQLite the next one takes the place.
          events = []
          underWay.set(tx, events)
          const value = await unit(tx)
          const told = events.filter(({ isAwaited }) => isAwaited)
          if (told.length > 0) await awaited(tx, told)
          return value
        })
        .then((value) => {
          for (const event of events) committed(event)
          return value
        })
    },
  }
}
