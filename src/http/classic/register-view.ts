import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import { requestOrigin } from '../client/request-origin.ts'
import type { ClassicAnswer } from './answer.ts'
import { readBody } from './body.ts'
import { classicBodyTypes, describedAnswers } from './described-answers.ts'
import { hasMethod, isOpened, type ServedView, type View, type ViewHandler, type ViewMethod } from './view.ts'

/** Sends a response. */
type SendAnswer = (reply: FastifyReply, answer: ClassicAnswer) => FastifyReply

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
          // It returns nothing: Fastify would wait for a returned reply as for a promise.
          handler: async (request, reply) => {
            send(reply, await answerView(view, request))
          },
        })
      }
    }
  }
}

/** Routes for all methods that a view does not have: `admitRequest` answers them. */
function refuseOtherMethods(server: FastifyInstance, view: ServedView, urls: readonly string[]): void {
  const all = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
  const method = all.filter((one) => one === 'OPTIONS' || !hasMethod(view, one))
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

/** Runs the view's handler for an admitted request. */
function answerView(view: View, request: FastifyRequest): Promise<ClassicAnswer> {
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
