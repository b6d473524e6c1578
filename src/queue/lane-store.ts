import { prepared, preparedChange, type Queryable, type Transaction } from '../storage/prepared.ts'

/** A lane whose destination does not respond. A lane that responds has no row. */
export type FailingLane = {
  queue: string
  lane: string
  failingSince: number
  /** How many times it has failed since. */
  failures: number
  /** When to try it next. */
  retryAt: number
  lastError: string
}

const all = prepared((db, queue: string) => db.selectFrom('queue_lanes').selectAll().where('queue', '=', queue))

/** The failing lanes of a queue. */
export async function listFailingLanes(db: Queryable, queue: string): Promise<FailingLane[]> {
  return (await all(db, queue)).map((row) => ({
    queue: row.queue,
    lane: row.lane,
    failingSince: row.failing_since,
    failures: row.failures,
    retryAt: row.retry_at,
    lastError: row.last_error,
  }))
}

const take = preparedChange((db, queue: string, lane: string, now: number, until: number) =>
  db
    .updateTable('queue_lanes')
    .set({ retry_at: until })
    .where('queue', '=', queue)
    .where('lane', '=', lane)
    .where('retry_at', '<=', now),
)

/**
 * Takes the turn to try a failing lane after its rest. One process gets it. The others wait until `until`, or until
 * that process has recorded the result.
 */
export async function takeTurn(
  tx: Transaction,
  queue: string,
  lane: string,
  now: number,
  until: number,
): Promise<boolean> {
  return (await take(tx, queue, lane, now, until)) === 1
}

const failuresOf = prepared((db, queue: string, lane: string) =>
  db.selectFrom('queue_lanes').select('failures').where('queue', '=', queue).where('lane', '=', lane),
)
const note = preparedChange(
  (db, queue: string, lane: string, failing_since: number, failures: number, retry_at: number, last_error: string) =>
    db
      .insertInto('queue_lanes')
      .values({ queue, lane, failing_since, failures, retry_at, last_error })
      .onConflict((row) => row.columns(['queue', 'lane']).doUpdateSet({ failures, retry_at, last_error })),
)

/**
 * Records that a lane has failed (again).
 *
 * @param restMs how long it rests after so many failures
 * @returns how many times it has failed by now; 1: it was healthy before
 */
export async function noteFailure(
  tx: Transaction,
  queue: string,
  lane: string,
  { now, reason, restMs }: { now: number; reason: string; restMs: (failures: number) => number },
): Promise<number> {
  const [known] = await failuresOf(tx, queue, lane)
  const failures = (known?.failures ?? 0) + 1
  await note(tx, queue, lane, now, failures, now + restMs(failures), reason)
  return failures
}

const forget = preparedChange((db, queue: string, lane: string) =>
  db.deleteFrom('queue_lanes').where('queue', '=', queue).where('lane', '=', lane),
)

/** Records that a lane responds again, or is gone. @returns whether it was failing */
export async function clearFailure(tx: Transaction, queue: string, lane: string): Promise<boolean> {
  return (await forget(tx, queue, lane)) === 1
}

const wake = preparedChange((db, queue: string, lane: string, now: number) =>
  db
    .updateTable('queue_lanes')
    .set({ retry_at: now })
    .where('queue', '=', queue)
    .where('lane', '=', lane)
    .where('retry_at', '>', now),
)

/** Ends the rest of a failing lane, because somebody says that its destination works again. */
export async function endRest(tx: Transaction, queue: string, lane: string, now: number): Promise<void> {
  await wake(tx, queue, lane, now)
}
