import type { FastifyReply } from 'fastify'

/** Adds a request header to `Vary`, besides those already named (RFC 9110 §12.5.5). */
export function varyBy(reply: FastifyReply, header: string): void {
  const named = reply.getHeader('vary')
  reply.header('vary', named === undefined ? header : `${named}, ${header}`)
}
