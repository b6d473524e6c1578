import type { FastifyRequest } from 'fastify'
import type { Limiter } from '../../rate-limits/limiter.ts'
import type { AddressLimit } from '../../rate-limits/limits.ts'
import { networkOf } from '../../rate-limits/network.ts'

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
    if (isOpen) {
      const counting = limiter.admit({ limit: 'requests-per-address', key }, { address })
      if (counting !== undefined) await counting
    }
    for (const limit of limits) await limiter.admit({ limit, key }, { address })
  }
}
