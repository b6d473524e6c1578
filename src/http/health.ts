import type { FastifyInstance } from 'fastify'
import type { Logger } from '../platform/log.ts'
import type { Database } from '../storage/database.ts'
import { pingDatabase } from '../storage/ping.ts'

/** `/healthz`: the process is alive. `/readyz`: it can also reach its database. Strangers learn nothing else. */
export async function healthChecks(server: FastifyInstance, parts: { database: Database; log: Logger }): Promise<void> {
  const schema = {
    tags: ['operation'],
    response: { '2xx': { type: 'object', properties: { status: { type: 'string' } } } },
  }
  server.route({
    // Some monitors ask with HEAD.
    method: ['GET', 'HEAD'],
    url: '/healthz',
    schema: { ...schema, summary: 'Is the process alive?' },
    handler: async () => ({ status: 'ok' }),
  })
  server.route({
    method: ['GET', 'HEAD'],
    url: '/readyz',
    schema: { ...schema, summary: 'Can it do its work?' },
    handler: async (_request, reply) => {
      try {
        await pingDatabase(parts.database)
        return { status: 'ok' }
      } catch (error) {
        parts.log.error({ err: error }, 'the database does not answer')
        return reply.code(503).send({ status: 'unavailable' })
      }
    },
  })
}
