import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { Exposition } from '../../metrics/exposition.ts'
import { equalInConstantTime, sha256 } from '../../platform/digest.ts'
import { forDevelopersOnly } from '../client/local-request.ts'
import { readAuthorization } from '../credentials/authorization-header.ts'
import { apiErrors, problemOf } from '../refusals/problem.ts'
import { problemSchema } from '../refusals/problem-schema.ts'

export type MetricsParts = {
  /** SHA-256 of METRICS_TOKEN; undefined: developers may read the metrics without a token. */
  tokenDigest: string | undefined
  readMetrics(): Promise<Exposition>
}

/** `/metrics`: the metrics of this process, for Prometheus. Registered only if there is a token, or with DEBUG. */
export async function metricsPage(server: FastifyInstance, { tokenDigest, readMetrics }: MetricsParts): Promise<void> {
  const isOpen = tokenDigest === undefined
  if (isOpen) forDevelopersOnly(server)
  server.route({
    method: ['GET', 'HEAD'],
    url: '/metrics',
    schema: {
      tags: ['operation'],
      summary: 'Metrics of this process, in the text format of Prometheus',
      ...(!isOpen && { security: [{ metrics: [] }] }),
      response: {
        200: { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } },
        ...(!isOpen && {
          401: { description: 'Not authenticated', content: { 'application/problem+json': { schema: problemSchema } } },
        }),
      },
    },
    handler: async (request, reply) => {
      if (!isOpen && !isPresented(request, tokenDigest)) return refuse(request, reply)
      const { contentType, text } = await readMetrics()
      return reply.type(contentType).send(text)
    },
  })
}

function isPresented(request: FastifyRequest, tokenDigest: string): boolean {
  const presented = readAuthorization(request.headers.authorization, ['Bearer'], 'any-case')
  const token = presented.kind === 'token' ? presented.token : ''
  return equalInConstantTime(Buffer.from(sha256(token)), Buffer.from(tokenDigest))
}

function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  request.refusal = new AuthError('service_not_authenticated', { detail: 'METRICS_TOKEN is missing or wrong' })
  return reply
    .code(apiErrors[request.refusal.code].status)
    .header('www-authenticate', 'Bearer realm="metrics"')
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(request.refusal)))
}
