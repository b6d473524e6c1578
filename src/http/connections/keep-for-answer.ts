import type { FastifyReply } from 'fastify'

/**
 * Cancels Fastify's order to hang up on a body that is not read to its end. A client that is still sending would find
 * the connection broken and never see the response. Node discards the rest, for as long as any request may take. If a
 * client asked to close the connection, the response confirms it (RFC 9112 §9.6).
 */
export function keepForAnswer(reply: FastifyReply): void {
  // Removing the header would keep Node from sending its own.
  if (reply.hasHeader('connection')) reply.header('connection', reply.raw.shouldKeepAlive ? 'keep-alive' : 'close')
}
