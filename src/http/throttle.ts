import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AuthError } from '../errors.ts'
import type { Limiter } from '../rate-limits/limiter.ts'
import type { AddressLimit } from '../rate-limits/limits.ts'
import { networkOf } from '../rate-limits/network.ts'

/**
 * Lets a request pass the limits on its address, before anything of its body is read.
 *
 * @param limits beside the one on all requests that need no login
 * @throws AuthError `throttled`
 */
export type Throttle = (request: FastifyRequest, isOpen: boolean, limits?: readonly AddressLimit[]) => Promise<void>

/** Which path or method was asked for is not looked at: a route says itself which limits it stands behind. */
export function createThrottle(limiter: Limiter): Throttle {
  return async ({ clientAddress: address }, isOpen, limits = []) => {
    const key = networkOf(address)
    if (isOpen) await limiter.admit({ limit: 'requests-per-address', key }, { address })
    for (const limit of limits) await limiter.admit({ limit, key }, { address })
  }
}

/**
 * Says when it is worth trying again, and of a limit also which one it was: `RateLimit-Policy` and `RateLimit`
 * (draft-ietf-httpapi-ratelimit-headers-10 §§3, 4). Only refusals have them: what is left of a count that only grows
 * with failures is nothing a client could plan with.
 */
export function sendRetryFields(reply: FastifyReply, { retryAfterSeconds, limit }: AuthError): void {
  if (retryAfterSeconds === undefined) return
  reply.header('retry-after', retryAfterSeconds)
  if (limit === undefined) return
  reply.header('ratelimit-policy', `"${limit.name}";q=${limit.count};w=${limit.windowSeconds}`)
  reply.header('ratelimit', `"${limit.name}";r=0;t=${retryAfterSeconds}`)
}
