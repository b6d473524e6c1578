import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../platform/clock.ts'
import { messageOf } from '../platform/is-error.ts'
import type { Logger } from '../platform/log.ts'
import type { Database } from '../storage/database.ts'
import type { Transaction } from '../storage/prepared.ts'
import { type LaneResult, type LaneRun, runLane } from './lane-run.ts'
import { clearFailure, listFailingLanes, noteFailure, takeTurn } from './lane-store.ts'
import { createLeases } from './leases.ts'
import {
  type AttemptResult,
  type ClaimedWork,
  LEASE_MS,
  type QueueStore,
  restMs,
  type Settled,
  type Verdict,
} from './queue.ts'
import { createSettler } from './settler.ts'

/** The least time per piece of work between two claims: a long queue must leave the process time for requests. */
const PACE_MS = 0.8

type QueueWorkerParts<Work extends ClaimedWork> = {
  /** The name of the queue, in the table of failing lanes and in the log. */
  queue: string
  store: QueueStore<Work>
  /** Tries once. An error counts as a failure of this piece of work. @param signal aborted when time is up */
  attempt(work: Work, signal: AbortSignal): Promise<AttemptResult>
  /** How long one attempt may take. */
  deadlineMs: number
  /** When to try failed work again; undefined: never. */
  nextAttemptAt(work: Work, now: number): number | undefined
  /** See `LaneParts`. */
  limits: { concurrency: number; batch: number; tolerance: number }
  /** Called for each attempt, once its result is recorded. */
  onSettled(settled: Settled<Work>): void
  /** The log messages when a lane changes its state. */
  words: { fails: string; answers: string }
  database: Database
  clock: Clock
  log: Logger
}

/** Processes a queue. Any number of processes may do so at once. */
export type QueueWorker = {
  /** Starts with everything that is due, without waiting for it. */
  begin(): Promise<void>
  /** The same, but resolves when nothing is due or running here any more. */
  drain(): Promise<void>
  /**
   * Takes no new work, and waits for running work. Work that takes too long is released for the next process.
   *
   * @param graceMs how long is too long
   */
  stop(graceMs: number): Promise<void>
}

/** Creates the worker of one queue in one process. `queue.ts` explains the terms. */
export function createQueueWorker<Work extends ClaimedWork>(parts: QueueWorkerParts<Work>): QueueWorker {
  const { queue, store, limits, database, clock, log } = parts
  const aborting = new AbortController()
  const lanes = new Map<string, LaneRun>()
  const leases = createLeases<Work>({
    queue,
    log,
    clock,
    renew: (work, since) => database.inTransaction((tx) => store.renew(tx, work, since + LEASE_MS)),
  })
  const settler = createSettler<LaneResult<Work>>({ database, note, signal: aborting.signal, log, queue })
  let looking: Promise<void> | undefined
  let isLookWanted = false
  let isStopped = false
  let isOut = false
  let nextClaimAt = 0

  async function note(tx: Transaction, results: readonly LaneResult<Work>[]): Promise<void> {
    await store.settle(tx, results)
    for (const { lane, laneChange, result } of results) {
      const now = clock.now()
      if (laneChange === 'answers') await clearFailure(tx, queue, lane)
      if (laneChange === 'fails') await noteFailure(tx, queue, lane, { now, reason: result.reason ?? '', restMs })
    }
  }

  async function settle(settled: LaneResult<Work>, wasFailing: boolean): Promise<void> {
    await settler.settle(settled)
    leases.end(settled.work)
    const { lane, laneChange, result, verdict } = settled
    if (laneChange === 'answers') log.warn({ queue, lane }, parts.words.answers)
    if (laneChange === 'fails' && !wasFailing) log.warn({ queue, lane, reason: result.reason }, parts.words.fails)
    if (verdict.kind !== 'returned') parts.onSettled(settled)
  }

  async function claim(lane: string, limit: number, isTurn: boolean): Promise<Work[]> {
    const wait = nextClaimAt - performance.now()
    if (wait > 1) await setTimeout(wait, undefined, { signal: aborting.signal }).catch(() => {})
    if (isStopped) return []
    await leases.renewExpired()
    const now = clock.now()
    const leaseUntil = now + LEASE_MS
    const claimed = await database.inTransaction(async (tx) => {
      if (isTurn && !(await takeTurn(tx, queue, lane, now, leaseUntil))) return []
      return store.claim(tx, lane, { now, leaseUntil, limit })
    })
    nextClaimAt = Math.max(nextClaimAt, performance.now()) + claimed.length * PACE_MS
    for (const work of claimed) leases.begin(work, now)
    return claimed
  }

  async function attempt(work: Work): Promise<AttemptResult> {
    try {
      return await parts.attempt(work, AbortSignal.any([aborting.signal, AbortSignal.timeout(parts.deadlineMs)]))
    } catch (error) {
      return { outcome: 'failed', reason: messageOf(error) }
    }
  }

  function judge(work: Work, { outcome }: AttemptResult): Verdict {
    const now = clock.now()
    if (outcome === 'done') return { kind: 'done', at: now }
    if (outcome === 'refused') return { kind: 'given_up', at: now }
    // A server that stops hands over its unfinished work.
    const nextAttemptAt = aborting.signal.aborted ? now : parts.nextAttemptAt(work, now)
    return nextAttemptAt === undefined ? { kind: 'given_up', at: now } : { kind: 'retry', nextAttemptAt }
  }

  function begin(lane: string, isFailing: boolean): void {
    let wasFailing = isFailing
    const run = runLane<Work>({
      ...limits,
      lane,
      isFailing,
      isStopped: () => isStopped,
      claim: (limit, isTurn) => claim(lane, limit, isTurn),
      attempt,
      judge,
      settle(result) {
        const settling = settle(result, wasFailing)
        if (result.laneChange !== undefined) wasFailing = result.laneChange === 'fails'
        return settling
      },
    })
    lanes.set(lane, run)
    run.finished.catch(tellOutage).finally(() => {
      if (lanes.get(lane) === run) lanes.delete(lane)
    })
  }

  async function look(): Promise<void> {
    try {
      while (isLookWanted && !isStopped) {
        isLookWanted = false
        await lookAtLanes()
      }
      isOut = false
    } catch (error) {
      tellOutage(error)
    } finally {
      looking = undefined
    }
  }

  async function lookAtLanes(): Promise<void> {
    const due = await store.dueLanes(database.read, clock.now())
    const failing = due.length === 0 ? [] : await listFailingLanes(database.read, queue)
    for (const lane of due) {
      if (isStopped || lanes.get(lane)?.wake() === true) continue
      const trouble = failing.find((one) => one.lane === lane)
      if (trouble === undefined || trouble.retryAt <= clock.now()) begin(lane, trouble !== undefined)
    }
  }

  /** Once per outage, however often the database is asked. */
  function tellOutage(error: unknown): void {
    if (!isOut) log.warn({ queue, err: error }, 'the queue cannot be processed; this is retried until it works')
    isOut = true
  }

  /** One look at a time; a caller that arrives during a look triggers another one. */
  async function lookOnce(): Promise<void> {
    isLookWanted = true
    looking ??= look()
    await looking
  }

  async function finish(): Promise<void> {
    while (lanes.size > 0) await Promise.allSettled([...lanes.values()].map(({ finished }) => finished))
  }

  return {
    begin: lookOnce,
    async drain() {
      await lookOnce()
      await finish()
    },
    async stop(graceMs) {
      isStopped = true
      const grace = globalThis.setTimeout(() => aborting.abort(), graceMs)
      await Promise.allSettled([looking])
      for (const lane of lanes.values()) lane.wake()
      await finish()
      clearTimeout(grace)
      leases.close()
    },
  }
}
