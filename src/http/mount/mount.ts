import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { BODY_LIMIT } from '../server.ts'
import { withoutBasePath } from './base-path.ts'
import { answerHttp2, isHttp2 } from './mount-http2.ts'
import { pathOf } from './own-targets.ts'

/** Latchkey inside another program's HTTP server, in the form that each framework needs. */
export type Mount = {
  /**
   * Answers one request: a handler for `node:http`, `node:http2`, Express and Connect. With `next` (Express, Connect),
   * a path that is not Latchkey's goes to it; without, it is answered with 404. Mount it before anything that reads
   * bodies.
   */
  handler(
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
    next?: (error?: unknown) => void,
  ): void
  /** A Fastify plugin. Register it with `{ prefix: '/auth' }` to serve below a path. */
  plugin: FastifyPluginAsync
  /**
   * Answers a standard `Request`, for Hono and other frameworks on web standards.
   *
   * @param options.address the address of the client, for limits and the audit log. Default 127.0.0.1
   */
  fetch(request: Request, options?: { address?: string | undefined }): Promise<Response>
  /**
   * Answers further requests with 503.
   *
   * @returns when those under way are answered, or have taken too long
   */
  close(): Promise<void>
}

type MountParts = {
  /** The result of `basePathOf`. */
  basePath: string
  toOwnTarget(target: string): string
  /** Whether a path, without the base path, is one of Latchkey's. */
  isOwnPath(path: string): boolean
}

export function createMount(server: FastifyInstance, { basePath, toOwnTarget, isOwnPath }: MountParts): Mount {
  /** Whether requests still contain the base path. */
  const hasBasePath = (target: string) => withoutBasePath(basePath, target) !== target

  const open = createOpenRequests()

  const fetch: Mount['fetch'] = async (request, { address = '127.0.0.1' } = {}) => {
    const { pathname, search, host } = new URL(request.url)
    const headers: Record<string, string> = { host }
    for (const [name, value] of request.headers) headers[name] = value
    const payload = await readBody(request)
    if (open.isClosing()) return new Response(CLOSING_BODY, { status: 503, headers: CLOSING_HEADERS })
    open.begin()
    try {
      const answer = await server.inject({
        method: request.method as 'GET',
        url: `${pathname}${search}`,
        headers,
        remoteAddress: address,
        ...(payload && { payload }),
      })
      return toResponse(answer, request.method)
    } finally {
      open.end()
    }
  }

  const handler: Mount['handler'] = (request, response, next) => {
    const asked = request.url ?? '/'
    // Express and Connect strip the path that the handler is mounted at, and keep the complete path here.
    const { originalUrl = asked } = request as { originalUrl?: string }
    const target = hasBasePath(originalUrl) ? originalUrl : asked
    if (next !== undefined && !isOwnPath(pathOf(toOwnTarget(target)))) {
      next()
      return
    }
    if (isBodyGone(request)) {
      const error = new Error(BODY_GONE)
      if (next === undefined) throw error
      next(error)
      return
    }
    // The client is gone. The event that reports the end of the request has already been emitted and will not come
    // again.
    if (response.destroyed) return
    if (isHttp2(response)) {
      void answerHttp2(request, response, target, fetch).catch((error) => (next ?? throwLater)(error))
      return
    }
    if (open.isClosing()) {
      response.writeHead(503, { ...CLOSING_HEADERS, connection: 'close' }).end(CLOSING_BODY)
      return
    }
    open.begin()
    response.once('close', open.end)
    request.url = target
    server.routing(request as IncomingMessage, response)
  }

  return {
    handler,
    plugin: async (host) => {
      // Bodies stay unread, so that Latchkey reads them by its own rules.
      host.removeAllContentTypeParsers()
      host.addContentTypeParser('*', (_request, _body, done) => done(null))
      const answer = (request: FastifyRequest, reply: FastifyReply) => {
        reply.hijack()
        const target = request.raw.url ?? '/'
        request.raw.url = hasBasePath(target) ? target : belowPrefix(target, host.prefix)
        handler(request.raw, reply.raw)
      }
      host.all('/*', answer)
      // The same without its final slash.
      if (host.prefix !== '') host.all('', answer)
    },
    fetch,
    close: open.close,
  }
}

/** The same as every other 503: see `server.ts`. */
const CLOSING_BODY = JSON.stringify({ detail: 'The service is temporarily unavailable.' })
const CLOSING_HEADERS = { 'content-type': 'application/json', 'retry-after': '5' }

/** The same as for requests to a server of its own. */
const MOST_CLOSING_MS = 15_000

/** Counts the requests whose connections belong to the host: the server does not wait for them when it closes. */
function createOpenRequests() {
  let count = 0
  let closing: { promise: Promise<void>; resolve(): void } | undefined
  return {
    isClosing: () => closing !== undefined,
    begin() {
      count += 1
    },
    end() {
      count -= 1
      if (count === 0) closing?.resolve()
    },
    async close(): Promise<void> {
      closing ??= Promise.withResolvers<void>()
      if (count === 0) return
      const timer = setTimeout(closing.resolve, MOST_CLOSING_MS)
      await closing.promise
      clearTimeout(timer)
    },
  }
}

const BODY_GONE =
  'The body of this request was read before Latchkey saw it. Mount Latchkey before express.json() and other body parsers.'

/**
 * The body of a request, read only as far as needed to see that it is too large.
 *
 * @throws Error if something has read it already
 */
async function readBody({ body, bodyUsed }: Request): Promise<Buffer | undefined> {
  if (bodyUsed) throw new Error(BODY_GONE)
  if (body === null) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > BODY_LIMIT) break
  }
  return Buffer.concat(chunks)
}

/** The same effect as an error in a handler that returns nothing: the program ends, unless it catches this. */
function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

/** Express's parsers have read the body and left an object in its place. */
function isBodyGone(request: IncomingMessage | Http2ServerRequest): boolean {
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
