import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AuthError } from '../../errors.ts'
import type { DescribeLink } from '../../flows/mail/describe-link.ts'
import type { Authenticate } from '../../flows/tokens/authenticate.ts'
import type { Logger } from '../../platform/log.ts'
import { isLocalRequest } from '../client/local-request.ts'
import type { SessionCookies } from '../credentials/session-cookies.ts'
import { routedPath } from '../mount/routed-path.ts'
import { statusOf } from '../refusals/problem.ts'
import { logFailure, refusalOf } from '../refusals/refusal.ts'
import { sendRetryFields } from '../refusals/retry-fields.ts'
import type { BuiltPages } from './built-pages.ts'
import { type OpenPage, sessionHint } from './open-page.ts'
import { pageFiles } from './page-files.ts'
import { pageIcon } from './page-icon.ts'
import { type LinkHint, logoName, type SiteFacts } from './site.ts'

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

type WebPagesParts = {
  /** Undefined: `npm run build` has not been run. */
  built: BuiltPages | undefined
  facts: SiteFacts
  cookies: Pick<SessionCookies, 'readAccess' | 'readRefresh'>
  authenticate: Authenticate
  openPage: OpenPage
  describeLink: DescribeLink
  log: Logger
  /** Whether a path is registered, for any method. */
  isOwnPath(path: string): boolean
  /** false: the classic contract to the letter, which refuses clients that accept only HTML. */
  isStrict: boolean
}

/**
 * The pages: one document for all of them, and the files it loads. A request for a page changes nothing, whatever link
 * it comes from: pages act through the API.
 *
 * Applies to the whole server, so that a browser gets a page for an address that does not exist.
 */
export async function webPages(server: FastifyInstance, parts: WebPagesParts): Promise<void> {
  const { built, facts, cookies, openPage } = parts
  if (built === undefined) parts.log.warn('the pages have not been built: run npm run build')
  if (built !== undefined) await server.register(pageFiles, { built })
  if (facts.site.logo !== undefined) servePicture(server, logoName(facts.site.logo), facts.site.logo)
  servePicture(server, 'icon.svg', pageIcon(facts.site))
  for (const path of openPages) {
    for (const url of path.endsWith('*') ? [path] : [path, `${path}/`]) {
      server.route({
        method: ['GET', 'HEAD'],
        url,
        schema: { hide: true },
        handler: async (request, reply) => openPage(request, reply, 200, await findLink(request)),
      })
    }
  }
  // Password managers lead there (https://www.w3.org/TR/change-password-url/).
  server.route({
    method: ['GET', 'HEAD'],
    url: '/.well-known/change-password',
    schema: {
      tags: ['well-known'],
      summary: 'Lead to the page where people change their password',
      response: { 302: { type: 'null', description: 'To the page' } },
    },
    handler: (_request, reply) => lead(reply, '/account/security'),
  })
  server.route({ method: ['GET', 'HEAD'], url: '/', schema: { hide: true }, handler: start })
  for (const url of ['/admin', '/admin/', '/admin/*']) {
    server.route({
      method: ['GET', 'HEAD'],
      url,
      schema: { hide: true },
      handler: administration,
      errorHandler: showFailure,
    })
  }
  for (const url of ['/admin/login', '/admin/login/']) {
    server.route({ method: ['GET', 'HEAD'], url, schema: { hide: true }, handler: toSignIn })
  }
  for (const url of ['/admin', '/admin/']) {
    server.post(url, { schema: { hide: true } }, (_request, reply) => lead(reply, LOGIN_PATH))
  }
  server.addHook('onRequest', (request, reply, done) => {
    // Most requests come from programs: they need not wait for a promise.
    if (isBrowser(request, parts.isStrict)) showPage(request, reply).then(() => done(), done)
    else done()
  })

  /** Answers a browser, unless it is at a path of the API. */
  async function showPage(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = routedPath(request.url)
    if (/^\/dashboard\/?$/.test(path)) lead(reply, '/account/')
    // The paths of the API always answer in their own words.
    else if (request.is404 && !path.startsWith('/api/') && !parts.isOwnPath(path)) await openPage(request, reply, 404)
  }

  /** What a mailed link in the address says. The page opens without it too, for example if the database is down. */
  async function findLink({ query }: FastifyRequest): Promise<LinkHint | undefined> {
    const { token } = query as { token?: unknown }
    return typeof token === 'string' ? parts.describeLink(token).catch(() => undefined) : undefined
  }

  function lead(reply: FastifyReply, path: string): FastifyReply {
    return reply.redirect(facts.basePath + path, 302)
  }

  /** Redirects visitors to the page that they probably want. In development, it opens a page of links. */
  async function start(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // Programs find nothing here, as in the classic contract.
    if (!isBrowser(request, parts.isStrict) && request.headers.accept !== '*/*') {
      reply.callNotFound()
      return reply
    }
    if (facts.isDevelopment && isLocalRequest(request)) return openPage(request, reply)
    reply.header('vary', 'Cookie')
    return lead(reply, sessionHint(request, cookies) === 'none' ? '/sign-in/' : '/account/')
  }

  /** The document of the administration is for staff only. A stranger is sent to sign in; anybody else is refused. */
  async function administration(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = cookies.readAccess(request)
    const caller = token && (await parts.authenticate(token).catch(strangerFor))
    if (!caller) return lead(reply.header('vary', 'Cookie'), loginPathFor(request))
    return openPage(request, reply, caller.account.isStaff ? 200 : 403)
  }

  /** People who open a page read a page, whatever fails. */
  function showFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (!isBrowser(request, parts.isStrict)) return reply.send(error)
    const refusal = refusalOf(error)
    request.refusal = refusal
    logFailure(parts.log, request.id, refusal)
    sendRetryFields(reply, refusal)
    return openPage(request, reply, statusOf(refusal))
  }

  function toSignIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { next } = request.query as { next?: unknown }
    const wanted = facts.basePath + (typeof next === 'string' && next.startsWith('/') ? next : '/admin/')
    return lead(reply, `/sign-in/?${new URLSearchParams({ next: wanted })}`)
  }
}
Object.assign(webPages, { [Symbol.for('skip-override')]: true })

const LOGIN_PATH = '/admin/login/?next=/admin/'

/**
 * Django's address of the first admin page, which the classic contract names. For everybody else, it leads to the page
 * to go to after sign-in.
 */
function loginPathFor(request: FastifyRequest): string {
  const path = routedPath(request.url)
  if (path === '/admin' || path === '/admin/') return LOGIN_PATH
  return `/admin/login/?${new URLSearchParams({ next: request.url })}`
}

/** A caller with a refused token counts as anonymous; a server error remains an error. */
function strangerFor(error: unknown): undefined {
  if (error instanceof AuthError) return undefined
  throw error
}

/**
 * Whether a browser asks for a document to display. Browsers accept HTML and also anything else. To the letter, the
 * classic contract refuses clients that accept only HTML, because its own responses are JSON.
 */
function isBrowser({ method, headers }: FastifyRequest, isStrict: boolean): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  const { accept = '', authorization } = headers
  const takesHtml = /\btext\/html\b/i.test(accept)
  return isRead && authorization === undefined && takesHtml && (isStrict || accept.includes('*/*'))
}

/**
 * An image from the operator. Its own policy keeps it from loading or running anything, even if it is opened directly.
 */
function servePicture(server: FastifyInstance, name: string, picture: string): void {
  server.route({
    method: ['GET', 'HEAD'],
    url: `/pages/${name}`,
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .headers({
          'cache-control': 'public, max-age=86400',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        })
        .type('image/svg+xml')
        .send(picture),
  })
}
