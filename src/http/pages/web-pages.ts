import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { Authenticate } from '../../flows/tokens/authenticate.ts'
import type { Logger } from '../../platform/log.ts'
import type { Random } from '../../platform/random.ts'
import { acceptsJson } from '../accept.ts'
import { routedPath } from '../routed-path.ts'
import type { SessionCookies } from '../v1/session-cookies.ts'
import type { BuiltPages } from './built-pages.ts'
import { createSendDocument, sendUnbuilt } from './page-document.ts'
import { pageFiles } from './page-files.ts'
import { logoName, presentSite, type SessionHint, type SiteFacts } from './site.ts'

/** Pages that everybody may open. The API decides what they can show. */
const openPages = [
  '/sign-in',
  '/sign-up',
  '/signed-out',
  '/forgot-password',
  '/confirm-email',
  '/first-administrator',
  '/account',
  '/account/*',
]

export type WebPagesParts = {
  /** Undefined: `npm run build` has not been run. */
  built: BuiltPages | undefined
  facts: SiteFacts
  cookies: Pick<SessionCookies, 'readAccess' | 'readRefresh'>
  authenticate: Authenticate
  /** Whether a path belongs to the server, whatever the method. */
  isOwnPath(path: string): boolean
  random: Random
  log: Logger
}

/**
 * The pages: one document for all of them, and the files it loads. A request for a page changes nothing, whatever link
 * it comes from: pages act through the API.
 *
 * Applies to the whole server, so that a browser gets a page for an address that does not exist.
 */
export async function webPages(server: FastifyInstance, parts: WebPagesParts): Promise<void> {
  const { built, facts, cookies } = parts
  if (built === undefined) parts.log.warn('the pages have not been built: run npm run build')
  const send = built === undefined ? sendUnbuilt : createSendDocument(built.template, presentSite(facts), parts.random)
  const open = (status: number) => (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, status, sessionHint(request, cookies))

  if (built !== undefined) await server.register(pageFiles, { built })
  if (facts.site.logo !== undefined) serveLogo(server, facts.site.logo)
  for (const path of openPages) {
    for (const url of path.endsWith('*') ? [path] : [path, `${path}/`]) {
      server.route({ method: ['GET', 'HEAD'], url, schema: { hide: true }, handler: open(200) })
    }
  }
  server.route({ method: ['GET', 'HEAD'], url: '/', schema: { hide: true }, handler: start })
  for (const url of ['/admin', '/admin/', '/admin/*']) {
    server.route({ method: ['GET', 'HEAD'], url, schema: { hide: true }, handler: administration })
  }
  for (const url of ['/admin/login', '/admin/login/']) {
    server.route({ method: ['GET', 'HEAD'], url, schema: { hide: true }, handler: toSignIn })
  }
  for (const url of ['/admin', '/admin/']) {
    server.post(url, { schema: { hide: true } }, (_request, reply) => lead(reply, LOGIN_PATH))
  }
  server.addHook('onRequest', async (request, reply) => {
    if (!wantsPage(request)) return
    const path = routedPath(request.url)
    // A request that would not take JSON gets the refusal of the classic contract. Browsers take anything.
    if (/^\/dashboard\/?$/.test(path) && acceptsJson(request.headers.accept)) return lead(reply, '/account/')
    // A path that exists for other methods is answered by its contract.
    if (request.is404 && !path.startsWith('/api/') && !parts.isOwnPath(path)) return open(404)(request, reply)
  })

  function lead(reply: FastifyReply, path: string): FastifyReply {
    return reply.redirect(facts.basePath + path, 302)
  }

  /**
   * Redirects to where a visitor probably wants to go. Developers also see what else there is. Programs get 404: the classic
   * contract has no such path.
   */
  function start(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!wantsPage(request)) return reply.code(404).send({ detail: 'Not found.' })
    if (facts.isDevelopment) return open(200)(request, reply)
    reply.header('vary', 'Cookie')
    return lead(reply, sessionHint(request, cookies) === 'none' ? '/sign-in/' : '/account/')
  }

  /** The document of the administration is for staff only. A stranger is sent to sign in; anybody else is refused. */
  async function administration(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = cookies.readAccess(request)
    const caller = token && (await parts.authenticate(token).catch(strangerFor))
    if (!caller) return lead(reply.header('vary', 'Cookie'), loginPathFor(request))
    return open(caller.account.isStaff ? 200 : 403)(request, reply)
  }

  function toSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { next } = request.query as { next?: unknown }
    const wanted = facts.basePath + (typeof next === 'string' && next.startsWith('/') ? next : '/admin/')
    return lead(reply, `/sign-in/?${new URLSearchParams({ next: wanted })}`)
  }
}
Object.assign(webPages, { [Symbol.for('skip-override')]: true })

const LOGIN_PATH = '/admin/login/?next=/admin/'

/** Django's address of the first page, which the classic contract names. For others, the back link leads there. */
function loginPathFor(request: FastifyRequest): string {
  const path = routedPath(request.url)
  if (path === '/admin' || path === '/admin/') return LOGIN_PATH
  return `/admin/login/?${new URLSearchParams({ next: request.url })}`
}

/** A refused token makes its sender a stranger; a server error remains an error. */
function strangerFor(error: unknown): undefined {
  if (error instanceof AuthError) return undefined
  throw error
}

/** What the request's cookies say. Browsers withhold them if a link on another site leads here (`SameSite=Strict`). */
function sessionHint(request: FastifyRequest, cookies: WebPagesParts['cookies']): SessionHint {
  try {
    if (cookies.readAccess(request) !== undefined) return 'present'
    if (cookies.readRefresh(request) !== undefined) return 'refreshable'
  } catch {
    return 'unknown'
  }
  const site = request.headers['sec-fetch-site']
  return site === 'cross-site' ? 'unknown' : 'none'
}

/** Whether a browser asks for something to display: programs that call the API do not mention HTML. */
function wantsPage({ method, headers }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && headers.authorization === undefined && /(^|[\s,])text\/html\b/i.test(headers.accept ?? '')
}

/** The operator's logo. Its own policy keeps it from loading or running anything, even if it is opened by itself. */
function serveLogo(server: FastifyInstance, logo: string): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: `/pages/${logoName(logo)}`,
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        })
        .type('image/svg+xml')
        .send(logo),
  })
}
