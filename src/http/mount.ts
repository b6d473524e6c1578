import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'

/** Latchkey inside another program's HTTP server, in the form that its framework needs. */
export type Mount = {
  /**
   * Answers one request: a handler for `node:http`, Express and Connect. With `next` (Express, Connect), a path that is not
   * Latchkey's goes to it; without, it is answered with 404. Mount it before anything that reads bodies.
   */
  handler(request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void
  /** A Fastify plugin. Register it with `{ prefix: '/auth' }` to serve below a path. */
  plugin: FastifyPluginAsync
  /**
   * Answers a standard `Request`, for Hono and other frameworks on web standards.
   *
   * @param options.address the address of the client, for limits and the audit log. Default 127.0.0.1
   */
  fetch(request: Request, options?: { address?: string }): Promise<Response>
}

/** @param isOwnPath whether a path, without the base path, is one of Latchkey's */
export function createMount(
  server: FastifyInstance,
  { toOwnTarget, isOwnPath }: { toOwnTarget(target: string): string; isOwnPath(path: string): boolean },
): Mount {
  const handler: Mount['handler'] = (request, response, next) => {
    if (next !== undefined && !isOwnPath(pathOf(toOwnTarget(request.url ?? '/')))) {
      next()
      return
    }
    if (isBodyGone(request)) {
      const error = new Error(
        'The body of this request was read before Latchkey saw it. Mount Latchkey before express.json() and other body parsers.',
      )
      if (next === undefined) throw error
      next(error)
      return
    }
    server.routing(request, response)
  }

  return {
    handler,
    plugin: async (host) => {
      // Bodies stay unread, so that Latchkey reads them by its own rules.
      host.removeAllContentTypeParsers()
      host.addContentTypeParser('*', (_request, _body, done) => done(null))
      host.all('/*', (request, reply) => {
        reply.hijack()
        request.raw.url = belowPrefix(request.raw.url ?? '/', host.prefix)
        handler(request.raw, reply.raw)
      })
    },
    async fetch(request, { address = '127.0.0.1' } = {}) {
      const { pathname, search, host } = new URL(request.url)
      const headers: Record<string, string> = { host }
      for (const [name, value] of request.headers) headers[name] = value
      const payload = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
      const answer = await server.inject({
        method: request.method as 'GET',
        url: `${pathname}${search}`,
        headers,
        remoteAddress: address,
        ...(payload && { payload }),
      })
      return toResponse(answer, request.method)
    },
  }
}

function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '/'
}

/** Express's parsers have read the body and left an object in its place. */
function isBodyGone(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  const hasBody = coding !== undefined || (length !== undefined && length !== '0')
  return hasBody && request.readableDidRead
}

function belowPrefix(target: string, prefix: string): string {
  return prefix !== '' && target.startsWith(prefix) ? target.slice(prefix.length) || '/' : target
}

type Injected = { statusCode: number; headers: Record<string, unknown>; rawPayload: Buffer }

function toResponse({ statusCode, headers: sent, rawPayload }: Injected, method: string): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(sent)) {
    // These belong to the connection, which is the host's.
    if (value === undefined || name === 'connection' || name === 'transfer-encoding') continue
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, String(one))
  }
  const hasNoBody = method === 'HEAD' || [101, 204, 205, 304].includes(statusCode)
  return new Response(hasNoBody ? null : new Uint8Array(rawPayload), { status: statusCode, headers })
}
