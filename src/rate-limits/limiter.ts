import { RateLimiterRes } from 'rate-limiter-flexible'
import { AuthError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { type CountersParts, createCounters, type LimitCounter } from './counters.ts'
import { createHitLog } from './hit-log.ts'
import { type Claim, type LimitedClient, limits, type Rate } from './limits.ts'
import { createOwnFailures } from './own-failures.ts'
import { createTurns } from './turns.ts'

export type Limiter = {
  /**
   * Admits a request to one limit: counts it or, if only failures count, does the same as `checkRoom`. `guard` checks
   * the limit itself.
   *
   * @returns undefined if there is nothing to wait for
   * @throws AuthError `throttled`
   */
  admit(claim: Claim, client: LimitedClient): Promise<unknown> | undefined
  /**
   * Refuses a request to a limit that counts failures, if this process already knows that it is reached.
   *
   * @throws AuthError `throttled`
   */
  checkRoom(claim: Claim, client: LimitedClient): void
  /** Counts a failure afterwards. The next `admit` or `checkRoom` says whether there is still room. */
  noteFailure(claim: Claim): Promise<void>
  /** Resets the count. Another process that has refused the claim itself may continue to refuse it. */
  lift(claim: Claim): Promise<void>
  /**
   * Runs work that may fail, unless there were too many failures. The attempt counts under every claim before the work
   * begins, in one statement if counts are shared. The count is taken back if the attempt is refused, succeeds or could
   * not be made.
   *
   * @throws AuthError `throttled` before the work begins, and whatever the work throws
   */
  guard<Outcome>(
    claims: readonly Claim[],
    client: LimitedClient,
    work: () => Promise<Outcome>,
    isFailure: (outcome: Outcome) => boolean,
  ): Promise<Outcome>
}

type LimiterParts = Omit<CountersParts, 'onStoreFault'> & {
  clock: Clock
  log: Logger
  /** Called for every refusal, with the time until there is room again. */
  onRefusal?: (claim: Claim, client: LimitedClient, waitMs: number) => void
}

/** A count, and the time when it expires. */
type Held = Claim & { until: number }

export function createLimiter({ settings, database, clock, log, onRefusal = () => {} }: LimiterParts): Limiter {
  const hits = createHitLog({ clock, log })
  const counters = createCounters({ settings, database, onStoreFault: hits.storeFault })
  const turns = createTurns()
  const failures = createOwnFailures()

  /** Counts under one claim. @throws AuthError `throttled` */
  async function take(claim: Claim, counter: LimitCounter, client: LimitedClient): Promise<void> {
    const taken = await consume(claim, counter)
    if ('waitMs' in taken) throw throttled(claim, counter.rate, taken.waitMs, client)
  }

  async function consume(claim: Claim, { limiter }: LimitCounter): Promise<Held | { waitMs: number }> {
    try {
      const { msBeforeNext } = await limiter.consume(claim.key)
      return { ...claim, until: clock.now() + msBeforeNext }
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      return { waitMs: refusal.msBeforeNext }
    }
  }

  /** Counts under all claims at once. An attempt refused under one claim counts under no other. */
  async function takeAll(claims: readonly Claim[], client: LimitedClient): Promise<Held[]> {
    for (const claim of claims) checkRoom(claim, client)
    const counted = claims.flatMap((claim) => {
      const counter = counters.get(claim.limit)
      return counter === undefined ? [] : [{ claim, counter }]
    })
    const taken = await Promise.all(counted.map(({ claim, counter }) => consume(claim, counter)))
    const held = taken.filter((one): one is Held => !('waitMs' in one))
    for (const [position, one] of taken.entries()) {
      const refused = counted[position]
      if (refused === undefined || !('waitMs' in one)) continue
      await Promise.all(held.map(giveBack))
      throw throttled(refused.claim, refused.counter.rate, one.waitMs, client)
    }
    return held
  }

  function checkRoom(claim: Claim, client: LimitedClient): void {
    const counter = counters.get(claim.limit)
    if (counter === undefined) return
    const waitMs = failures.waitMs(nameOf(claim), counter.rate.count, clock.now())
    if (waitMs > 0) throw throttled(claim, counter.rate, waitMs, client)
  }

  /** After the end of a window there is nothing to take back, because the next window would be credited. */
  async function giveBack({ limit, key, until }: Held): Promise<void> {
    if (clock.now() < until) await counters.get(limit)?.limiter.reward(key)
  }

  async function recordSuccess(held: Held): Promise<void> {
    if (limits[held.limit].counts !== 'failures in a row') return giveBack(held)
    await counters.get(held.limit)?.limiter.delete(held.key)
  }

  async function recordFailure(held: Held): Promise<void> {
    // Another process may take failures of the same key back, so the count is not certain to stay.
    if (limits[held.limit].counts === 'failures') failures.note(nameOf(held), held.until)
  }

  function throttled(claim: Claim, rate: Rate, waitMs: number, client: LimitedClient): AuthError {
    hits.reached(claim, client, waitMs)
    onRefusal(claim, client, waitMs)
    return new AuthError('throttled', {
      detail: claim.limit,
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
      limit: { name: claim.limit, count: rate.count, windowSeconds: rate.windowMs / 1_000 },
    })
  }

  /** At most half as many at a time as may fail, so that correct parallel attempts do not exhaust the limit. */
  async function inTurn<Outcome>(claims: readonly Claim[], work: () => Promise<Outcome>): Promise<Outcome> {
    const [claim, ...others] = claims
    if (claim === undefined) return work()
    const counter = counters.get(claim.limit)
    if (counter === undefined) return inTurn(others, work)
    const leave = await turns.take(`${claim.limit} ${claim.key}`, Math.ceil(counter.rate.count / 2))
    try {
      return await inTurn(others, work)
    } finally {
      leave()
    }
  }

  return {
    admit(claim, client) {
      const counter = counters.get(claim.limit)
      if (counter !== undefined && limits[claim.limit].counts === 'requests') return take(claim, counter, client)
      checkRoom(claim, client)
      return undefined
    },
    checkRoom,
    async noteFailure(claim) {
      const counter = counters.get(claim.limit)
      const taken = counter && (await consume(claim, counter))
      if (taken !== undefined && !('waitMs' in taken)) await recordFailure(taken)
    },
    async lift(claim) {
      failures.forget(nameOf(claim))
      await counters.get(claim.limit)?.limiter.delete(claim.key)
    },
    guard: (claims, client, work, isFailure) =>
      inTurn(claims, async () => {
        const held = await takeAll(claims, client)
        let settle = giveBack
        try {
          const outcome = await work()
          settle = isFailure(outcome) ? recordFailure : recordSuccess
          return outcome
        } finally {
          await Promise.all(held.map((taken) => settle(taken)))
        }
      }),
  }
}

/** A claim as one text. */
function nameOf({ limit, key }: Claim): string {
  return `${limit}:${key}`
}
