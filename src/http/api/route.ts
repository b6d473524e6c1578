import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { AuthError } from '../../errors.ts'
import type { Caller, RequestOrigin } from '../../flows/caller.ts'
import { requestOrigin } from '../request-origin.ts'

/**
 * Who may ask. `anybody`: no token is looked at. `caller`: whoever is logged in. `staff`: administrators. `service`: a
 * program with a service credential.
 */
export type Access = 'anybody' | 'caller' | 'staff' | 'service'

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler is given: everything parsed and checked by the route's schemas. */
export type ApiRequest<Body extends TSchema, Query extends TSchema> = {
  body: Static<Body>
  query: Static<Query>
  params: Readonly<Record<string, string>>
  origin: RequestOrigin
  request: FastifyRequest
  reply: FastifyReply
}

/** One thing v1 can do. What it says is also its documentation. */
export type ApiRoute = {
  method: ApiMethod
  /** Below `/api/v1`, without a final slash; `:id` stands for a part that varies. */
  path: string
  access: Access
  summary: string
  description?: string
  tag: string
  body?: TSchema
  query?: TSchema
  /** No schema: no body. */
  answer: { status: 200 | 201 | 202 | 204; schema?: TSchema }
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

type RouteOptions<Body extends TSchema, Query extends TSchema> = Omit<ApiRoute, 'handle' | 'body' | 'query'> & {
  body?: Body
  query?: Query
  handle(request: ApiRequest<Body, Query>): Promise<unknown>
}

const nothing = Type.Object({})

/**
 * Makes a route whose handler gets its body and query parsed. Unknown members are ignored, wrong types are faults: nothing
 * is converted but the texts of a query.
 */
export function apiRoute<Body extends TSchema = typeof nothing, Query extends TSchema = typeof nothing>({
  handle,
  ...route
}: RouteOptions<Body, Query>): ApiRoute {
  const readBody = route.body && createReader(route.body)
  const readQuery = route.query && createReader(route.query)
  return {
    ...route,
    handle: (request, reply) =>
      handle({
        body: (readBody?.(request.body ?? {}) ?? {}) as Static<Body>,
        query: (readQuery?.(Value.Convert(route.query ?? nothing, { ...(request.query as object) })) ??
          {}) as Static<Query>,
        params: request.params as Record<string, string>,
        origin: requestOrigin(request),
        request,
        reply,
      }),
  }
}

/** @throws AuthError `invalid_fields` */
function createReader(schema: TSchema): (value: unknown) => unknown {
  const validator = Compile(schema)
  return (value) => {
    if (validator.Check(value)) return value
    const faults = [...validator.Errors(value)].map(({ instancePath, keyword, params }) => ({
      field: fieldOf(instancePath, params),
      fault: keyword === 'required' ? 'required' : keyword,
    }))
    throw new AuthError('invalid_fields', { faults })
  }
}

function fieldOf(instancePath: string, params: object): string {
  const path = instancePath.replace(/^\//, '')
  const missing =
    'requiredProperties' in params && Array.isArray(params.requiredProperties) ? params.requiredProperties[0] : ''
  return [path, missing].filter((part) => part !== '').join('/')
}

/** Whom a request that was let in comes from. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new AuthError('not_authenticated')
  return request.caller
}

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
        ...(route.body && { body: route.body }),
        ...(route.query && { querystring: route.query }),
        ...security[route.access],
        response: { [route.answer.status]: route.answer.schema ?? { type: 'null', description: 'No body' } },
      },
      handler: async (request, reply) => {
        const answer = await route.handle(request, reply)
        if (reply.sent) return reply
        reply.code(route.answer.status)
        return answer === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(answer))
      },
    })
  }
}

const security: Record<Access, object> = {
  anybody: {},
  caller: { security: [{ bearer: [] }] },
  staff: { security: [{ bearer: [] }] },
  service: { security: [{ service: [] }] },
}
