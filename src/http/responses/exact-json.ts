import type { FastifyReply } from 'fastify'

/**
 * Sends a value as JSON with exactly this media type. JSON has no charset (RFC 8259 §11), Django REST framework sends none,
 * and there are clients that compare the header to the letter; Fastify would add one.
 */
export function sendExactJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply.type('application/json').serializer(asItIs).send(JSON.stringify(value))
}

const asItIs = (text: string) => text
