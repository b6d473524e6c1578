import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import type { Account } from '../../accounts/account.ts'
import type { RequestOrigin } from '../../audit/origin.ts'
import { AuthError } from '../../errors.ts'
import type { Caller } from '../../flows/rights/actor.ts'
import type { Authenticate } from '../../flows/tokens/authenticate.ts'
import type { SessionKeys } from '../../flows/tokens/session-keys.ts'
import type { MountedView, ViewName } from '../../hooks/urls.ts'
import type { AddressLimit } from '../../rate-limits/limits.ts'
import { acceptsJson } from '../accept.ts'
import { readAuthorization, readKeyHeader, readTokenHeader } from '../authorization-header.ts'
import { requestOrigin } from '../client/request-origin.ts'
import type { Throttle } from '../throttle.ts'
import { varyBy } from '../vary.ts'
import { ClassicAnswer } from './answer.ts'
import { type ClassicBody, readBody } from './body.ts'
import { classicBodyTypes, describedAnswers } from './described-answers.ts'
import { classicErrors, classicHeaderTokenBody } from './errors.ts'

/**
 * What a view does with the `Authorization` header (section 8). `checked`: it is optional, but a bad one is refused.
 */
type HeaderUse = 'required' | 'checked' | 'ignored'

export type ViewMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What a handler receives. The caller is present on views that require one. */
export type ViewRequest = {
  caller: Caller | undefined
  origin: RequestOrigin
  /** The `<id>` of the path. */
  pathId: string | undefined
  /** The two parts of a mailed link, where the path has places for them. */
  pathLink: { uid: string; token: string } | undefined
  /**
   * Reads the body; throws the contract's response if it is invalid. Called last, because all other checks come first.
   */
  body(): Promise<ClassicBody>
}

/** What a view does for one method. */
export type ViewHandler = {
  /** For the documentation. */
  summary: string
  body?: TSchema
  answer: { status: number; schema?: TSchema }
  handle(request: ViewRequest): Promise<ClassicAnswer>
}

/** How the path ends if it contains the two parts of a mailed link. */
export const LINK_PLACES = '/:uid/:token/'

/** One resource of the contract, at one or more paths. */
export type View = {
  /** The name of the view in `urls`. */
  id: ViewName
  name: string
  /** With the final slash; `:id` stands for the number of an object, `:uid/:token/` for the parts of a mailed link. */
  paths: readonly string[]
  header: HeaderUse
  /** The methods that anonymous callers may use although all other methods, known or not, require the header. */
  opens?: readonly ViewMethod[]
  /** The dialect that the view belongs to. In djoser's, a bad key is refused; elsewhere it is as good as none. */
  dialect?: 'classic' | 'djoser'
  /** Limits on the client's address, besides the one on all requests without a login. */
  limits?: readonly AddressLimit[]
  /** Further such limits, for one method. */
  limitsOf?: Partial<Record<ViewMethod, readonly AddressLimit[]>>
  methods: Partial<Record<ViewMethod, ViewHandler>>
  /** The name of `detail` in refusals. Default: `detail`. */
  detailName?: string
  /** Refuses logged-in callers who may not use a method. HEAD counts as GET. @throws AuthError */
  permit?(account: Account | undefined, method: string): void
  /** The same view with other options, if it has options of its own. */
  withOptions?(options: MountedView): Pick<View, 'methods'>
}

/** A view with everything that is computed once. */
export type ServedView = View & {
  /** The `Allow` header of its responses. */
  allow: string
}

export type ViewParts = {
  authenticate: Authenticate
  /** Undefined: there are no keys. */
  authenticateKey: SessionKeys['authenticate'] | undefined
  throttle: Throttle
  authHeaderTypes: readonly string[]
  authHeaderName: string
}

declare module 'fastify' {
  interface FastifyContextConfig {
    view?: ServedView
  }
  interface FastifyRequest {
    caller: Caller | undefined
    /** The view that the path belongs to. */
    view: ServedView | undefined
    /** The `Content-Type` as it was sent. */
    sentContentType: string | undefined
  }
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
  parts: ViewParts,
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
  if (!isAllowed(view, request.method)) {
    throw new ClassicAnswer(405, { detail: `Method "${request.method}" not allowed.` })
  }
}

async function identify(view: ServedView, request: FastifyRequest, parts: ViewParts): Promise<Caller | undefined> {
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
  { authenticateKey }: ViewParts,
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

/** Runs the view's handler for an admitted request. */
async function answerView(view: View, request: FastifyRequest): Promise<ClassicAnswer> {
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const handler = view.methods[method as ViewMethod]
  if (handler === undefined) throw new AuthError('method_not_allowed')
  const { id, uid, token } = request.params as { id?: string; uid?: string; token?: string }
  return handler.handle({
    caller: request.caller,
    origin: requestOrigin(request),
    pathId: id,
    pathLink: uid === undefined || token === undefined ? undefined : { uid, token },
    body: () => readBody(request.sentContentType, request.body as Buffer | undefined),
  })
}

/** Sends a response. */
type SendAnswer = (reply: FastifyReply, answer: ClassicAnswer) => FastifyReply

/** Computes what all responses of a view have in common. */
export function servedView(view: View): ServedView {
  const methods = Object.keys(view.methods)
  // In the order of Django REST framework.
  return { ...view, allow: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ') }
}

/** Registers the view at its paths, each with and without the final slash (section 10 allows answering directly). */
export function registerView(server: FastifyInstance, view: ServedView, send: SendAnswer): void {
  for (const path of view.paths) {
    // Without a pattern, a parameter would also match the empty text, and so the path of the list.
    const pattern = path.replace(':id', ':id([^/.]+)').replace(':uid/:token/', ':uid([^/]+)/:token([^/]+)/')
    const urls = [pattern, pattern.slice(0, -1)]
    // At these paths, the other contract would answer methods that have no route.
    if (path.startsWith('/api/v1/')) refuseOtherMethods(server, view, urls)
    for (const [method, handler] of Object.entries(view.methods)) {
      for (const url of urls) {
        server.route({
          method: method === 'GET' ? ['GET', 'HEAD'] : method,
          url,
          config: { view },
          schema: documentation(view, method, handler, url === pattern),
          handler: async (request, reply) => send(reply, await answerView(view, request)),
        })
      }
    }
  }
}

/** Routes for all methods that a view does not have: `admitRequest` answers them. */
function refuseOtherMethods(server: FastifyInstance, view: ServedView, urls: readonly string[]): void {
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
  const method = all.filter((one) => one === 'OPTIONS' || !isAllowed(view, one))
  const handler = async () => {
    throw new AuthError('method_not_allowed')
  }
  for (const url of urls) server.route({ method, url, config: { view }, schema: { hide: true }, handler })
}

function documentation(view: View, method: string, { summary, body, answer }: ViewHandler, isShown: boolean) {
  const refusals = describedAnswers({
    hasBody: body !== undefined,
    hasId: view.paths.some((path) => path.includes(':id')),
    header: view.header,
    detailName: view.detailName ?? 'detail',
  })
  return {
    hide: !isShown,
    tags: [view.dialect ?? 'classic'],
    summary,
    ...(body && { body, consumes: classicBodyTypes }),
    ...(view.header === 'required' && !isOpened(view, method) && { security: [{ bearer: [] }] }),
    response: { [answer.status]: answer.schema ?? { type: 'null', description: 'No body' }, ...refusals },
  }
}

function isAllowed(view: View, method: string): boolean {
  return Object.hasOwn(view.methods, method === 'HEAD' ? 'GET' : method)
}

function isOpened({ opens = [] }: View, method: string): boolean {
  return opens.includes((method === 'HEAD' ? 'GET' : method) as ViewMethod)
}

function describe(view: View): Record<string, unknown> {
  return {
    name: view.name,
    description: '',
    renders: ['application/json'],
    parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  }
}
