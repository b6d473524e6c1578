import type { FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { Caller } from '../../flows/rights/actor.ts'
import type { Authenticate } from '../../flows/tokens/authenticate.ts'
import type { SessionKeys } from '../../flows/tokens/session-keys.ts'
import type { Throttle } from '../client/throttle.ts'
import { readAuthorization, readKeyHeader, readTokenHeader } from '../credentials/authorization-header.ts'
import { varyBy } from '../responses/vary.ts'
import { acceptsJson } from './accept.ts'
import { ClassicAnswer } from './answer.ts'
import { classicErrors, classicHeaderTokenBody } from './errors.ts'
import { hasMethod, isOpened, type ServedView, type View, type ViewMethod } from './view.ts'

/** What the checks need. */
export type AdmissionParts = {
  authenticate: Authenticate
  /** Undefined: there are no keys. */
  authenticateKey: SessionKeys['authenticate'] | undefined
  throttle: Throttle
  authHeaderTypes: readonly string[]
  authHeaderName: string
}

/**
 * The checks before the body is read, in the contract's order (section 1.4): `Accept`, the `Authorization` header,
 * whether somebody is logged in, the limits on the address, the method. OPTIONS is answered here.
 *
 * @throws ClassicAnswer
 */
export async function admitRequest(
  view: ServedView,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: AdmissionParts,
): Promise<void> {
  reply.header('allow', view.allow)
  varyBy(reply, 'Accept')
  if (!acceptsJson(request.headers.accept)) throw new AuthError('not_acceptable')
  if (view.header !== 'ignored') request.caller = await identify(view, request, parts)
  const needsLogin = view.header === 'required' && !isOpened(view, request.method)
  if (needsLogin && request.caller === undefined) throw new AuthError('not_authenticated')
  view.permit?.(request.caller?.account, request.method === 'HEAD' ? 'GET' : request.method)
  const limits = [...(view.limits ?? []), ...(view.limitsOf?.[request.method as ViewMethod] ?? [])]
  await parts.throttle(request, !needsLogin, limits)
  if (request.method === 'OPTIONS') throw new ClassicAnswer(200, describe(view))
  if (!hasMethod(view, request.method)) {
    throw new ClassicAnswer(405, { detail: `Method "${request.method}" not allowed.` })
  }
}

async function identify(view: ServedView, request: FastifyRequest, parts: AdmissionParts): Promise<Caller | undefined> {
  const presented = readAuthorization(readTokenHeader(request, parts.authHeaderName), parts.authHeaderTypes, 'exact')
  if (presented.kind === 'malformed') throw new AuthError('bad_authorization_header')
  if (presented.kind === 'none') return identifyByKey(view, request, parts)
  try {
    return await parts.authenticate(presented.token)
  } catch (error) {
    if (error instanceof AuthError) {
      request.refusal = error
      throw new ClassicAnswer(classicErrors[error.code].status, classicHeaderTokenBody(error))
    }
    throw error
  }
}

async function identifyByKey(
  view: ServedView,
  request: FastifyRequest,
  { authenticateKey }: AdmissionParts,
): Promise<Caller | undefined> {
  const presented = readKeyHeader(request.headers.authorization)
  if (authenticateKey === undefined || presented.kind === 'none') return undefined
  const isDjoser = view.dialect === 'djoser'
  if (presented.kind === 'malformed') {
    if (!isDjoser) return undefined
    const fault = presented.isEmpty ? 'No credentials provided.' : 'Token string should not contain spaces.'
    throw new ClassicAnswer(401, { detail: `Invalid token header. ${fault}` })
  }
  try {
    return await authenticateKey(presented.key)
  } catch (error) {
    if (!(error instanceof AuthError) || classicErrors[error.code].status !== 401) throw error
    if (!isDjoser) return undefined
    request.refusal = error
    const detail = error.code === 'account_inactive' ? 'User inactive or deleted.' : 'Invalid token.'
    throw new ClassicAnswer(401, { detail })
  }
}

function describe(view: View): Record<string, unknown> {
  return {
    name: view.name,
    description: '',
    renders: ['application/json'],
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  }
}
