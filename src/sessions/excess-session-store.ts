import { preparedReturning, type Transaction } from '../storage/prepared.ts'
import type { SessionEndReason } from './session.ts'

/** How many sessions of an account one login ends. */
const EXCESS_BATCH = 50

const endExcess = preparedReturning((db, accountId: number, most: number, now: number) =>
  db
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: 'too_many_sessions' satisfies SessionEndReason })
    .where('ended_at', 'is', null)
    .where('id', 'in', (sessions) =>
      sessions
        .selectFrom('sessions')
        .select('id')
        .where('account_id', '=', accountId)
        .where('ended_at', 'is', null)
        .orderBy('refreshed_at', 'desc')
        .orderBy('id')
        .limit(EXCESS_BATCH)
        .offset(most),
    )
    .returning('id'),
)

/**
 * Ends the sessions of an account beyond the `most` that were used last, a few at a time.
 *
 * @returns the ids of those that ended now
 */
export async function endExcessSessions(
  db: Transaction,
  accountId: number,
  most: number,
  now: number,
): Promise<string[]> {
  return (await endExcess(db, accountId, most, now)).map((row) => row.id)
}
