import type { FastifyInstance } from 'fastify'
import { messageOf } from '../../platform/is-error.ts'
import type { Logger } from '../../platform/log.ts'
import type { Database } from '../../storage/database.ts'
import { createReadinessCheck } from '../../storage/ping.ts'
import { DATABASE_RETRY_SECONDS } from '../refusals/refusal.ts'
import { sendExactJson } from '../responses/exact-json.ts'

/**
 * `/healthz`: the process is alive. `/readyz`: its database can also do what a login needs. Strangers learn nothing
 * else. The log says what is wrong when a problem begins, changes or ends.
 */
export async function healthChecks(server: FastifyInstance, parts: { database: Database; log: Logger }): Promise<void> {
  const schema = {
    tags: ['operation'],
    response: { 200: healthSchema },
  }
  const checkReady = createReadinessCheck(parts.database)
  let trouble: string | undefined
  function note(error?: unknown): void {
    const reason = error === undefined ? undefined : messageOf(error)
    if (reason === trouble) return
    trouble = reason
    if (reason === undefined) parts.log.info('ready again: the database works')
    else parts.log.error({ err: error }, 'not ready: the database does not work')
  }

  server.route({
    // Some monitors use HEAD.
    method: ['GET', 'HEAD'],
    url: '/healthz',
    schema: { ...schema, summary: 'Check whether the process serves requests' },
    handler: async (_request, reply) => sendExactJson(reply, { status: 'ok' }),
  })
  server.route({
    method: ['GET', 'HEAD'],
    url: '/readyz',
    schema: {
      ...schema,
      summary: 'Check whether the database can do what a login needs',
      response: { 200: healthSchema, 503: unavailableSchema },
    },
    handler: async (_request, reply) => {
      try {
        await checkReady()
        note()
        return sendExactJson(reply, { status: 'ok' })
      } catch (error) {
        note(error)
        reply.code(503).header('retry-after', DATABASE_RETRY_SECONDS)
        return sendExactJson(reply, { status: 'unavailable' })
      }
    },
  })
}

const healthSchema = {
  type: 'object',
  title: 'Health',
  description: 'It contains nothing else, because the path is public',
  properties: { status: { type: 'string', enum: ['ok', 'unavailable'] } },
  required: ['status'],
}

const unavailableSchema = {
  ...healthSchema,
  headers: { 'retry-after': { type: 'string', description: 'In seconds' } },
}
