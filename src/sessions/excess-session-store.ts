import { preparedReturning, type Transaction } from '../storage/prepared.ts'
import { runningSessions } from './end-many-store.ts'
import type { SessionEndReason } from './session.ts'

/** How many sessions of an account one login ends. */
const EXCESS_BATCH = 50

/** How many sessions, beyond the allowed ones, one login examines: those that started first. */
const EXCESS_STRETCH = 1_000

const endExcess = preparedReturning((db, accountId: number, most: number, stretch: number, now: number) =>
  db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: 'too_many_sessions' satisfies SessionEndReason })
    .where('ended_at', 'is', null)
    .where('id', 'in', (sessions) =>
      sessions
        .selectFrom(
          runningSessions(db, accountId)
            .select(['sessions.id', 'sessions.refreshed_at'])
            .orderBy('sessions.created_at')
            .orderBy('sessions.id')
            .limit(stretch)
            .as('oldest'),
        )
        .select('id')
        .orderBy('refreshed_at', 'desc')
        .orderBy('id')
        .limit(EXCESS_BATCH)
        .offset(most),
    )
    .returning('id'),
)

/**
 * Ends the sessions of an account beyond the `most` that were used last, a few at a time. If there are very many, it
 * looks only at those that started first.
 *
 * @returns the ids of those that ended now
 */
export async function endExcessSessions(
  db: Transaction,
  accountId: number,
  most: number,
  now: number,
): Promise<string[]> {
  return (await endExcess(db, accountId, most, most + EXCESS_STRETCH, now)).map((row) => row.id)
}
