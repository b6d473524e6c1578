import { claimCountedPosition, findCountedPosition } from '../../audit/counted-position-store.ts'
import { lastEventIdBefore, listEventsAfter } from '../../audit/event-search-store.ts'
import type { Clock } from '../../platform/clock.ts'
import { type SessionEndReason, sessionEndReasons } from '../../sessions/session.ts'
import type { Database } from '../../storage/database.ts'

/** How many events are read at a time. */
const PAGE = 500

/** Events of the last seconds are left for later: on PostgreSQL, one with a smaller id may be committed after them. */
const SETTLED_MS = 5_000

type CountCommandEventsParts = {
  database: Database
  clock: Clock
  /** Called for every session that the command line has ended, in one process only. */
  count(reason: SessionEndReason): void
}

/**
 * Counts the sessions that the command line has ended. The command line is a process of its own without metrics, so a
 * server counts for it: the one that moves the position in the audit log forward. What happened before the first count
 * is not counted.
 */
export function createCountCommandEvents({ database, clock, count }: CountCommandEventsParts): () => Promise<void> {
  /** @returns whether there is more to count */
  async function countPage(): Promise<boolean> {
    const untilId = await lastEventIdBefore(database.read, clock.now() - SETTLED_MS)
    const from = await findCountedPosition(database.read)
    if (from === untilId) return false
    const query = { names: ['session.ended'] as const, afterId: from ?? untilId, untilId, limit: PAGE }
    const events = await listEventsAfter(database.read, query)
    const to = events.length < PAGE ? untilId : (events.at(-1)?.id ?? untilId)
    if (!(await database.inTransaction((tx) => claimCountedPosition(tx, from, to)))) return false
    for (const { origin, facts } of events) {
      const reason = sessionEndReasons.find((one) => one === facts.reason)
      if (origin.actor === 'command_line' && reason !== undefined) count(reason)
    }
    return events.length === PAGE
  }

  return async () => {
    while (await countPage());
  }
}
