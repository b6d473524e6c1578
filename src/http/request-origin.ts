import type { FastifyRequest } from 'fastify'
import { type RequestOrigin, USER_AGENT_LIMIT } from '../audit/origin.ts'

/** Where a request comes from, for flows. */
export function requestOrigin(request: FastifyRequest): RequestOrigin {
  return { address: request.clientAddress, userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LIMIT) }
}
