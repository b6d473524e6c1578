import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { Administrator, Owner } from '../../flows/rights/actor.ts'
import type { NeededPermission } from '../../permissions/permission.ts'
import { schemaValidator } from '../../platform/schema-validator.ts'
import { textFaults } from '../../platform/text-rules.ts'
import type { AddressLimit } from '../../rate-limits/limits.ts'
import { requestOrigin } from '../client/request-origin.ts'
import { callerOf } from '../credentials/caller.ts'
import type { Access } from './access.ts'
import { createQueryTyping } from './query.ts'
import { checkTexts } from './text-check.ts'
import { withoutSlips } from './typed-identifiers.ts'

type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler receives: everything parsed and checked with the route's schemas. */
type ApiRequest<Body extends TSchema, Query extends TSchema> = {
  body: Static<Body>
  query: Static<Query>
  params: Readonly<Record<string, string>>
  origin: RequestOrigin
  request: FastifyRequest
  reply: FastifyReply
}

/** The media types of answers that are streams. `application/x-ndjson`: the schema is that of one line. */
type StreamType = 'text/csv' | 'application/json' | 'application/x-ndjson'

/** One v1 route. Its texts are also its documentation. */
export type ApiRoute = {
  method: ApiMethod
  /** Below `/api/v1`, without a final slash; `:id` stands for a variable part. */
  path: string
  access: Access
  /** With `staff`: the required permission. Superusers have all of them. Default: none. */
  permission?: NeededPermission
  /** Whether the caller must have logged in recently (RECENT_LOGIN_LIFETIME). Default false. */
  needsRecentLogin?: boolean
  /**
   * Whether a caller who has a second factor must have proven it in this session. Default: true for changes in the
   * administration. `needsRecentLogin` includes it.
   */
  needsSecondFactor?: boolean
  /** Whether the handler shows the caller's rights, which are then read together with the account. Default: false. */
  showsRights?: boolean
  /** Limits on the client's address, besides the one on all requests without a login. */
  limits?: readonly AddressLimit[]
  summary: string
  description?: string
  tag: string
  body?: TSchema
  query?: TSchema
  /** Describes the variable parts of the path. The handler reads them. Default: any text. */
  params?: TSchema
  /** The refusals that are specific to this route; for an ended session, any end reason. */
  refusals?: readonly ErrorCode[]
  /** No schema: no body. A handler that answers a stream sends it as `contentType`. Default: JSON. */
  answer: { status: 200 | 201 | 202 | 204; schema?: TSchema; contentType?: StreamType }
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

type RouteOptions<Body extends TSchema, Query extends TSchema> = Omit<ApiRoute, 'handle' | 'body' | 'query'> & {
  body?: Body
  query?: Query
  handle(request: ApiRequest<Body, Query>): Promise<unknown>
}

const nothing = Type.Object({})

/**
 * Creates a route whose handler receives its body and query parsed. Unknown members of a body are ignored. Unknown
 * parameters of a query and wrong types are errors. Only the texts of a query are converted (see `query.ts`).
 */
export function apiRoute<Body extends TSchema = typeof nothing, Query extends TSchema = typeof nothing>({
  handle,
  ...route
}: RouteOptions<Body, Query>): ApiRoute {
  const readBody = route.body && createReader(route.body)
  const typeQuery = createQueryTyping(route.query)
  const readQuery = createReader(route.query ?? nothing)
  return {
    ...route,
    handle: (request, reply) =>
      handle({
        query: readQuery(typeQuery(request.query as object, request.url)) as Static<Query>,
        body: (readBody?.(request.body ?? {}) ?? {}) as Static<Body>,
        params: storable(request.params as Record<string, string>),
        origin: requestOrigin(request),
        request,
        reply,
      }),
  }
}

/** Nothing has an id that no database can store. @throws AuthError `not_found` */
function storable(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (Object.values(params).some((text) => textFaults(text).length > 0)) throw new AuthError('not_found')
  return params
}

/** Checks values against a schema. The returned function throws AuthError `invalid_fields`. */
function createReader(schema: TSchema): (value: unknown) => unknown {
  const validatorOf = schemaValidator(schema)
  return (presented) => {
    const validator = validatorOf()
    const value = withoutSlips(presented)
    if (validator.Check(value)) {
      checkTexts(value)
      return value
    }
    // A forbidden member is reported twice: as such, and as one that the schema `false` refuses.
    const errors = [...validator.Errors(value)].filter(({ keyword }) => keyword !== 'additionalProperties')
    const faults = errors.flatMap(({ instancePath, keyword, params }) =>
      fieldsOf(instancePath, params).map((field) => ({
        field,
        fault: keyword === 'boolean' ? 'unknown_field' : keyword,
      })),
    )
    throw new AuthError('invalid_fields', { faults })
  }
}

/** The faulty member, or the members that are missing. */
function fieldsOf(instancePath: string, params: object): string[] {
  const path = instancePath.replace(/^\//, '')
  const missing = 'requiredProperties' in params ? params.requiredProperties : undefined
  return Array.isArray(missing) ? missing.map((name) => (path === '' ? name : `${path}/${name}`)) : [path]
}

/** The caller and the origin of a request. */
type Asked = Pick<ApiRequest<TSchema, TSchema>, 'request' | 'origin'>

/** The administrator who makes an admitted request, as an actor for flows. */
export function administratorOf({
  request,
  origin,
}: {
  request: FastifyRequest
  origin: RequestOrigin
}): Administrator {
  return { kind: 'administrator', caller: callerOf(request), origin }
}

/** The caller as the owner of their account, as an actor for flows. */
export function ownerOf({ request, origin }: Asked): Owner {
  return { kind: 'owner', caller: callerOf(request), origin }
}
