import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import type { Access } from './access.ts'
import { describedRefusals } from './described-refusals.ts'
import type { ApiRoute } from './route.ts'

/** Registers a route with and without the final slash. */
export function registerApiRoute(server: FastifyInstance, route: ApiRoute): void {
  for (const url of [route.path, `${route.path}/`]) {
    const isShown = url === route.path
    server.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
      url,
      config: { apiRoute: route },
      schema: {
        hide: !isShown,
        tags: [route.tag],
        summary: route.summary,
        ...(route.description && { description: route.description }),
        'x-access': route.access,
        ...(route.permission && { 'x-permission': route.permission }),
        ...(route.needsRecentLogin && { 'x-recent-login': true }),
        ...(route.needsSecondFactor && { 'x-second-factor': true }),
        ...(route.refusals && { 'x-refusals': route.refusals }),
        ...(route.body && { body: bodySchema(route.access, route.body) }),
        ...(route.query && { querystring: route.query }),
        ...security[route.access],
        ...(route.params && { params: route.params }),
        response: { [route.answer.status]: answerSchema(route.answer), ...describedRefusals(route) },
      },
      handler: async (request, reply) => {
        const answer = await route.handle(request, reply)
        if (reply.sent) return reply
        reply.code(route.answer.status)
        if (answer instanceof Readable) return reply.type(contentTypeOf(route.answer)).send(answer)
        return answer === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(answer))
      },
    })
  }
}

/** Services may also send a form (RFC 7662 §2.1, RFC 7009 §2.1). */
function bodySchema(access: Access, schema: TSchema): object {
  const types = ['application/json', ...(access === 'service' ? ['application/x-www-form-urlencoded'] : [])]
  return { content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

function answerSchema({ schema, contentType }: ApiRoute['answer']): object {
  if (schema === undefined) return { type: 'null', description: 'No body' }
  return contentType === undefined ? schema : { description: 'OK', content: { [contentType]: { schema } } }
}

function contentTypeOf({ contentType = 'application/json' }: ApiRoute['answer']): string {
  return contentType === 'text/csv' ? 'text/csv; charset=utf-8' : contentType
}

const security: Record<Access, object> = {
  anybody: {},
  caller: { security: [{ bearer: [] }, { cookie: [] }] },
  staff: { security: [{ bearer: [] }, { cookie: [] }] },
  superuser: { security: [{ bearer: [] }, { cookie: [] }] },
  service: { security: [{ service: [] }] },
}
