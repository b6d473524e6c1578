import type { Queryable } from '../storage/prepared.ts'

/**
 * A durable queue is a table of work that is to be done at least once, and but for a crash once. The words, here and in
 * every table that is a queue:
 *
 * - **claim**: a process takes up work that is due. `attempts` grows with each claim and proves whose turn it is.
 * - **lease**: the claim holds until a moment, `next_attempt_at`. Until then no other process takes the work up.
 * - **renew**: a process that is still at it moves that moment on. If the process dies, the lease runs out by itself.
 * - **settle**: the process notes what came of it: done, to be tried again later, given up, or given back untouched.
 * - **lane**: the destination that work is for, such as one webhook. One lane never holds up another. A lane whose
 *   destination does not answer is *failing*: it rests, and then one piece of work at a time tries it, until it answers.
 */
export type QueueStore<Work extends ClaimedWork> = {
  /** The lanes on which something is due. Costs the same however much waits. */
  dueLanes(db: Queryable, now: number): Promise<string[]>
  /** Takes up at most `limit` pieces of work of a lane, those first that are due the longest. */
  claim(tx: Queryable, lane: string, options: { now: number; leaseUntil: number; limit: number }): Promise<Work[]>
  /** Moves the end of the leases on. Does nothing for what somebody else has claimed since. */
  renew(tx: Queryable, work: readonly Work[], leaseUntil: number): Promise<void>
  /** Notes what came of it, in few statements. Does nothing for what somebody else has claimed since. */
  settle(tx: Queryable, settled: readonly Settled<Work>[]): Promise<void>
}

/** Work as it was claimed. */
export type ClaimedWork = {
  /** How often it was claimed, this time included. */
  attempts: number
}

/** What one attempt came to. `refused`: for good. `failed`: it may go better later. */
export type AttemptResult = {
  outcome: 'done' | 'refused' | 'failed'
  /** The status of the answer, where the destination gives one. */
  status?: number | undefined
  /** Why it was refused or failed, as one line for the log and the record. */
  reason?: string | undefined
  /** Of a failure: that the destination as such is to blame, and not this very piece of work. Default false. */
  isDestinationDown?: boolean | undefined
}

/** What becomes of a piece of work. Moments are epoch milliseconds. */
export type Verdict =
  | { kind: 'done'; at: number }
  | { kind: 'retry'; nextAttemptAt: number }
  | { kind: 'given_up'; at: number }
  /** It was not tried: the claim is undone, and it is due since it was queued. */
  | { kind: 'returned' }

export type Settled<Work> = { work: Work; verdict: Verdict; result: AttemptResult }

/** How long a claim holds unless it is renewed, and so how long the work of a process that died waits for the next one. */
export const LEASE_MS = 20_000
export const RENEW_EVERY_MS = 5_000

const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 5 * 60_000

/** How long a failing lane rests after its `failures`th failure in a row: 5 s, then twice as long each time, up to 5 min. */
export function restMs(failures: number): number {
  return Math.min(FIRST_REST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_REST_MS)
}

/** What a verdict counts as. */
export function verdictOutcome({ kind }: Verdict): 'delivered' | 'postponed' | 'given_up' {
  if (kind === 'done') return 'delivered'
  return kind === 'given_up' ? 'given_up' : 'postponed'
}
