import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthError } from '../errors.ts'
import type { Limiter } from '../rate-limits/limiter.ts'
import type { AddressLimit } from '../rate-limits/limits.ts'
import { networkOf } from '../rate-limits/network.ts'

/**
 * Applies the limits on the client's address, before the body is read.
 *
 * @param limits in addition to the limit on all requests without a login
 * @throws AuthError `throttled`
 */
export type Throttle = (request: FastifyRequest, isOpen: boolean, limits?: readonly AddressLimit[]) => Promise<void>

/** This does not look at paths or methods: each route names its limits. */
export function createThrottle(limiter: Limiter): Throttle {
  return async ({ clientAddress: address }, isOpen, limits = []) => {
    const key = networkOf(address)
    if (isOpen) await limiter.admit({ limit: 'requests-per-address', key }, { address })
    for (const limit of limits) await limiter.admit({ limit, key }, { address })
  }
}

/** When to try again if nobody knows how long it takes. */
const RETRY_SECONDS = 5

/**
 * Says when to try again and, for a limit, which one it was: `RateLimit-Policy` and `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers-10 §§3, 4). Only refusals have these headers: a client cannot plan with a count
 * that only failures increase.
 */
export function sendRetryFields(reply: FastifyReply, { code, limit, ...refusal }: AuthError): void {
  const isPassing = code === 'unavailable' || code === 'overloaded'
  const { retryAfterSeconds = isPassing ? RETRY_SECONDS : undefined } = refusal
  if (retryAfterSeconds === undefined) return
  reply.header('retry-after', retryAfterSeconds)
  if (limit === undefined) return
  reply.header('ratelimit-policy', `"${limit.name}";q=${limit.count};w=${limit.windowSeconds}`)
  reply.header('ratelimit', `"${limit.name}";r=0;t=${retryAfterSeconds}`)
}
