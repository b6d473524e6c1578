import type { Queryable, Transaction } from '../storage/prepared.ts'

/**
 * A durable queue is a table of work that must be done at least once and, except after a crash, exactly once. The
 * terms, here and in every table that is a queue:
 *
 * - **claim**: a process takes work that is due. `attempts` increases with each claim and identifies its owner.
 * - **lease**: the claim holds until a time, `next_attempt_at`. Until then, no other process takes the work.
 * - **renew**: a process that is still working moves that time forward. If the process dies, the lease expires by
 *   itself.
 * - **settle**: the process records the result: done, to be tried again, given up, or returned untouched.
 * - **lane**: the destination of work, such as one webhook. Lanes never delay each other. A lane whose destination does
 *   not respond is *failing*: it rests, and then one piece of work at a time tries it, until it responds.
 */
export type QueueStore<Work extends ClaimedWork> = {
  /** The lanes with due work. The cost does not depend on how much is waiting. */
  dueLanes(db: Queryable, now: number): Promise<string[]>
  /** Claims at most `limit` pieces of work of a lane, the longest due first. */
  claim(tx: Transaction, lane: string, options: { now: number; leaseUntil: number; limit: number }): Promise<Work[]>
  /** Extends the leases. Has no effect on work that somebody else has claimed since. */
  renew(tx: Transaction, work: readonly Work[], leaseUntil: number): Promise<void>
  /** Records the results, in few statements. Has no effect on work that somebody else has claimed since. */
  settle(tx: Transaction, settled: readonly Settled<Work>[]): Promise<void>
}

/** Work as it was claimed. */
export type ClaimedWork = {
  /** How often it was claimed, including this time. */
  attempts: number
}

/** The result of one attempt. `refused`: permanently. `failed`: it may succeed later. */
export type AttemptResult = {
  outcome: 'done' | 'refused' | 'failed'
  /** The status of the response, if the destination gives one. */
  status?: number | undefined
  /** Why it was refused or failed, as one line for the log and the record. */
  reason?: string | undefined
  /** For a failure: the destination as a whole is to blame, not this piece of work. Default false. */
  isDestinationDown?: boolean | undefined
}

/** What happens to a piece of work. Times are epoch milliseconds. */
export type Verdict =
  | { kind: 'done'; at: number }
  | { kind: 'retry'; nextAttemptAt: number }
  | { kind: 'given_up'; at: number }
  /** It was not tried: the claim is undone, and it is due since it was queued. */
  | { kind: 'returned' }

export type Settled<Work> = { work: Work; verdict: Verdict; result: AttemptResult }

/** How long a claim holds unless it is renewed. The work of a process that died waits this long. */
export const LEASE_MS = 20_000
export const RENEW_EVERY_MS = 5_000

const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 5 * 60_000

/**
 * How long a failing lane rests after its `failures`th failure in a row: 5 s, then twice as long each time, up to 5
 * min.
 */
export function restMs(failures: number): number {
  return Math.min(FIRST_REST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_REST_MS)
}

/** What a verdict counts as. */
export function verdictOutcome({ kind }: Verdict): 'delivered' | 'postponed' | 'given_up' {
  if (kind === 'done') return 'delivered'
  return kind === 'given_up' ? 'given_up' : 'postponed'
}
