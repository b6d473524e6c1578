import { RateLimiterRes } from 'rate-limiter-flexible'
import { AuthError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { type CountersParts, createCounters } from './counters.ts'
import { createHitLog } from './hit-log.ts'
import { type Claim, type LimitName, limits, type Rate } from './limits.ts'
import { createTurns } from './turns.ts'

/** Whom the log names when a limit is reached; the account only where one is known to be meant. */
type Subject = { address: string; accountId?: number | undefined }

export type Limiter = {
  /**
   * Lets a request pass one limit: counts it, or, where only failures count, looks whether there is room for one.
   *
   * @throws AuthError `throttled`
   */
  admit(claim: Claim, subject: Subject): Promise<void>
  /**
   * Does work that may turn out to be a failure, unless too many were. It is counted under every claim before it begins;
   * if it does not fail, or could not be done, that is taken back.
   *
   * @throws AuthError `throttled` before anything is done, and whatever the work throws
   */
  guard<Outcome>(
    claims: readonly Claim[],
    subject: Subject,
    work: () => Promise<Outcome>,
    isFailure: (outcome: Outcome) => boolean,
  ): Promise<Outcome>
}

type LimiterParts = Omit<CountersParts, 'onStoreFault'> & {
  clock: Clock
  log: Logger
  /** Told of every refusal. */
  onRefusal?: (limit: LimitName) => void
}

/** What was counted, and when that is forgotten anyway. */
type Held = Claim & { until: number }

export function createLimiter({ settings, database, clock, log, onRefusal = () => {} }: LimiterParts): Limiter {
  const hits = createHitLog({ clock, log })
  const counters = createCounters({ settings, database, onStoreFault: hits.storeFault })
  const turns = createTurns()

  async function take(claim: Claim, subject: Subject): Promise<Held | undefined> {
    const counter = counters.get(claim.limit)
    if (counter === undefined) return undefined
    try {
      const { msBeforeNext } = await counter.limiter.consume(claim.key)
      return { ...claim, until: clock.now() + msBeforeNext }
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      throw throttled(claim, counter.rate, refusal.msBeforeNext, subject)
    }
  }

  async function checkRoom(claim: Claim, subject: Subject): Promise<void> {
    const counter = counters.get(claim.limit)
    if (counter === undefined) return
    const count = await counter.limiter.get(claim.key)
    // What is over is dropped by a timer, which may be late.
    if (count === null || count.msBeforeNext <= 0 || count.consumedPoints < counter.rate.count) return
    throw throttled(claim, counter.rate, count.msBeforeNext, subject)
  }

  /** Of a window that has ended nothing is left to take back: the next one would get it on top. */
  async function giveBack({ limit, key, until }: Held): Promise<void> {
    if (clock.now() < until) await counters.get(limit)?.limiter.reward(key)
  }

  async function recordSuccess(held: Held): Promise<void> {
    if (limits[held.limit].counts === 'failures in a row') await counters.get(held.limit)?.limiter.delete(held.key)
    else await giveBack(held)
  }

  function throttled(claim: Claim, rate: Rate, waitMs: number, subject: Subject): AuthError {
    hits.reached(claim, subject, waitMs)
    onRefusal(claim.limit)
    return new AuthError('throttled', {
      detail: claim.limit,
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
      limit: { name: claim.limit, count: rate.count, windowSeconds: rate.windowMs / 1_000 },
    })
  }

  /** Half of what may fail at a time, so that right attempts side by side do not use it up. */
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
    async admit(claim, subject) {
      await (limits[claim.limit].counts === 'requests' ? take(claim, subject) : checkRoom(claim, subject))
    },
    guard: (claims, subject, work, isFailure) =>
      inTurn(claims, async () => {
        const held: Held[] = []
        let settle = giveBack
        try {
          for (const claim of claims) {
            const taken = await take(claim, subject)
            if (taken !== undefined) held.push(taken)
          }
          const outcome = await work()
          settle = isFailure(outcome) ? async () => {} : recordSuccess
          return outcome
        } finally {
          await Promise.all(held.map((taken) => settle(taken)))
        }
      }),
  }
}
