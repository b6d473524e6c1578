import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import { isJsonObject } from '../../platform/json.ts'
import type { Logger } from '../../platform/log.ts'
import { keepForAnswer } from '../connections/keep-for-answer.ts'
import { routedPath } from '../mount/routed-path.ts'
import { logFailure, refusalOf } from '../refusals/refusal.ts'
import { sendRetryFields } from '../refusals/retry-fields.ts'
import { sendExactJson } from '../responses/exact-json.ts'
import { type AdmissionParts, admitRequest } from './admit-request.ts'
import { ClassicAnswer } from './answer.ts'
import { classicErrorBody, classicStatusOf } from './errors.ts'
import { registerView } from './register-view.ts'
import { LINK_PLACES, type ServedView, servedView, type View } from './view.ts'

type ClassicParts = AdmissionParts & {
  views: readonly View[]
  log: Logger
  /** false (the classic contract exactly): `WWW-Authenticate` does not report a refused token as invalid. */
  isStrict: boolean
}

/** What Fastify reads in place of the `Content-Type`. It finds the parser of a fixed type without reading the type. */
const HIDDEN_TYPE = 'application/octet-stream'

/** The classic contract: the paths and words of Django REST framework with SimpleJWT. */
export async function classicContract(server: FastifyInstance, parts: ClassicParts): Promise<void> {
  const { log, authHeaderTypes } = parts
  const views = parts.views.map(servedView)
  const viewByPath = new Map(views.flatMap((view) => view.paths.map((path) => [path, view] as const)))

  server.decorateRequest('caller', undefined)
  server.decorateRequest('view', undefined)
  server.decorateRequest('sentContentType', undefined)
  // This contract reads bodies by its own rules, so every media type is taken as bytes. Fastify checks the
  // `Content-Type` before it calls a parser, and answers with a status of its own, so the header is hidden from it.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(HIDDEN_TYPE, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  server.addHook('onRequest', (request, reply) => {
    const path = routedPath(request.url)
    const withSlash = path.endsWith('/') ? path : `${path}/`
    // The fixed paths come first. Otherwise, with a method that a fixed path does not have, the router would read it as
    // an id.
    const view = viewByPath.get(withSlash) ?? request.routeOptions.config.view ?? viewByPattern(withSlash)
    // An unknown path: refused before its body is read.
    if (view === undefined) throw new AuthError('not_found')
    request.view = view
    // The page that a mailed link opens.
    if (view.paths.some((path) => path.endsWith(LINK_PLACES))) request.loggedPath = view.paths[0]
    request.sentContentType = request.headers['content-type']
    request.raw.headers['content-type'] = HIDDEN_TYPE
    return admitRequest(view, request, reply, parts)
  })
  server.setErrorHandler(answerError)
  server.setNotFoundHandler((_request, reply) => sendExactJson(reply.code(404), { detail: 'Not found.' }))

  for (const view of views) registerView(server, view, send)

  /** The view of a path with an id or the parts of a mailed link in it, if the method has no route. */
  function viewByPattern(path: string): ServedView | undefined {
    return (
      viewByPath.get(path.replace(/^(.+\/)[^/.]+\/$/, '$1:id/')) ??
      viewByPath.get(path.replace(/\/[^/]+\/[^/]+\/$/, LINK_PLACES))
    )
  }

  function send(reply: FastifyReply, answer: ClassicAnswer): FastifyReply {
    reply.code(answer.status)
    if (answer.status === 401) reply.header('www-authenticate', challenge(answer))
    if (answer.body === undefined) return reply.send()
    return sendExactJson(reply, answer.status < 400 ? answer.body : renamedDetail(answer.body, reply.request.view))
  }

  /** A refusal as the front end of this path expects it: with the `detail` of `urls`. */
  function renamedDetail(body: unknown, view: ServedView | undefined): unknown {
    if (view?.detailName === undefined || !isJsonObject(body) || typeof body.detail !== 'string') return body
    const { detail, ...others } = body
    return { [view.detailName]: detail, ...others }
  }

  /** RFC 6750 §3 */
  function challenge({ body }: ClassicAnswer): string {
    const scheme = `${authHeaderTypes[0] ?? 'Bearer'} realm="api"`
    const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
    // No token was refused: the login is not complete.
    const isTokenRefused = code !== undefined && code !== 'second_factor_required'
    return parts.isStrict && isTokenRefused ? `${scheme}, error="invalid_token"` : scheme
  }

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    keepForAnswer(reply)
    if (error instanceof ClassicAnswer) return send(reply, error)
    const refusal = refusalOf(error)
    request.refusal = refusal
    logFailure(log, request.id, refusal)
    sendRetryFields(reply, refusal)
    return send(reply, new ClassicAnswer(classicStatusOf(refusal), classicErrorBody(refusal)))
  }
}
