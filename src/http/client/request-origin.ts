import type { FastifyRequest } from 'fastify'
import { type RequestOrigin, USER_AGENT_LIMIT } from '../../audit/origin.ts'

/** Where a request comes from, for flows. */
export function requestOrigin(request: FastifyRequest): RequestOrigin {
  const { 'user-agent': userAgent = '', 'accept-language': languages } = request.headers
  return { address: request.clientAddress, userAgent: userAgent.slice(0, USER_AGENT_LIMIT), languages }
}
