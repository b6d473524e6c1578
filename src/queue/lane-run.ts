import type { AttemptResult, ClaimedWork, Settled, Verdict } from './queue.ts'

/** The result of one piece of work, and what it means for its lane. */
export type LaneResult<Work> = Settled<Work> & { lane: string; laneChange: 'fails' | 'answers' | undefined }

type LaneParts<Work extends ClaimedWork> = {
  lane: string
  /** How many attempts may run at a time. */
  concurrency: number
  /** How many pieces of work to claim at a time. */
  batch: number
  /** After how many failures in a row the destination counts as failing, if none of them is clearly its fault. */
  tolerance: number
  isFailing: boolean
  isStopped(): boolean
  /** @param isTurn takes the turn of a failing lane; without it, nothing is claimed */
  claim(limit: number, isTurn: boolean): Promise<Work[]>
  attempt(work: Work): Promise<AttemptResult>
  judge(work: Work, result: AttemptResult): Verdict
  settle(result: LaneResult<Work>): Promise<void>
}

/** Work on one lane, until nothing is due. */
export type LaneRun = {
  /** Looks again, because there may be new work. @returns false if this run is over and a new one is needed */
  wake(): boolean
  finished: Promise<void>
}

/** Starts to work on a lane. */
export function runLane<Work extends ClaimedWork>(parts: LaneParts<Work>): LaneRun {
  const { lane, concurrency, batch, tolerance, isStopped, claim, attempt, judge, settle } = parts
  const running = new Set<Promise<void>>()
  let { isFailing } = parts
  let claimed: Work[] = []
  /** Whether the work was claimed to try a failing lane. */
  let isTurn = false
  let failuresInARow = 0
  let isExhausted = false
  let isOver = false
  let woken = Promise.withResolvers<void>()

  async function perform(work: Work, triesLane: boolean): Promise<void> {
    const result = await attempt(work)
    const verdict = judge(work, result)
    await settle({ lane, work, verdict, result, laneChange: noteResult(result, triesLane) })
  }

  function noteResult(result: AttemptResult, triesLane: boolean): LaneResult<Work>['laneChange'] {
    if (isStopped()) return undefined
    if (result.outcome !== 'failed' && result.isDestinationDown !== true) {
      failuresInARow = 0
      if (!isFailing) return undefined
      isFailing = false
      return 'answers'
    }
    failuresInARow += 1
    if (isFailing) return triesLane ? 'fails' : undefined
    if (result.isDestinationDown !== true && failuresInARow < tolerance) return undefined
    isFailing = true
    return 'fails'
  }

  function start(work: Work): void {
    const run = perform(work, isTurn).finally(() => running.delete(run))
    running.add(run)
  }

  /** Returns work that was claimed here but not started, as if it had never been claimed. */
  async function giveBack(): Promise<void> {
    const untouched = claimed
    claimed = []
    const result: AttemptResult = { outcome: 'failed' }
    const verdict: Verdict = { kind: 'returned' }
    await Promise.all(untouched.map((work) => settle({ lane, work, verdict, result, laneChange: undefined })))
  }

  async function run(): Promise<void> {
    for (;;) {
      // Work claimed while the lane was healthy is not sent to a destination that has failed in between.
      if (isStopped() || (isFailing && !isTurn)) await giveBack()
      while (claimed.length > 0 && running.size < concurrency) start(claimed.shift() as Work)
      const hasRoom = isFailing ? running.size === 0 : running.size < concurrency
      if (hasRoom && claimed.length === 0 && !isExhausted && !isStopped()) {
        const limit = isFailing ? 1 : batch
        isTurn = isFailing
        claimed = await claim(limit, isTurn)
        isExhausted = claimed.length < limit
      } else if (running.size === 0) {
        isOver = true
        return
      } else {
        await Promise.race([...running, woken.promise])
      }
    }
  }

  return {
    wake() {
      isExhausted = false
      woken.resolve()
      woken = Promise.withResolvers()
      return !isOver
    },
    finished: run().finally(() => Promise.allSettled(running)),
  }
}
