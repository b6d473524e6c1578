import { type IncomingMessage, request as openRequest } from 'node:http'
import { checkAnswer } from './contract-check.ts'

/** A request, sent exactly as given: nothing is added except `Host`. */
export type WireRequest = {
  /** Sent as it is, in its case. */
  method: string
  /** Path and query, already escaped. */
  path: string
  /** In this order; a name may appear twice. Values are sent as UTF-8. */
  headers: [name: string, value: string][]
  /** Needs its own `Content-Length` or `Transfer-Encoding` among the headers. */
  body?: Uint8Array
}

/** A complete response. */
export type WireAnswer = {
  status: number
  /** All values of a header, by its name in lower case. */
  headers: Record<string, string[] | undefined>
  body: Buffer
}

/**
 * Sends one request over its own connection and reads the complete response. Does not follow redirects. The response of
 * a server under test must be declared in its OpenAPI document.
 *
 * @param url the server, `http://host:port`.
 * @param timeLimitMs from the start to the last byte. Default 30 s.
 * @throws Error when the connection fails or the time is over.
 */
export function send(url: string, request: WireRequest, timeLimitMs = 30_000): Promise<WireAnswer> {
  const { hostname, port, host } = new URL(url)
  return new Promise((resolve, reject) => {
    const outgoing = openRequest({
      hostname,
      port,
      path: request.path,
      agent: false,
      setDefaultHeaders: false,
      signal: AbortSignal.timeout(timeLimitMs),
    })
    // Set here, because the option of this name would be upper-cased.
    outgoing.method = request.method
    outgoing.setHeader('Host', host)
    for (const [name, value] of request.headers) {
      // Node writes header values as Latin-1. This way, the bytes on the wire are UTF-8.
      outgoing.appendHeader(name, Buffer.from(value, 'utf8').toString('latin1'))
    }
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const finish = (body: Buffer) => {
        outgoing.destroy()
        const answer = { status: incoming.statusCode ?? 0, headers: incoming.headersDistinct, body }
        try {
          checkAnswer(url, request, answer)
          resolve(answer)
        } catch (error) {
          reject(error)
        }
      }
      // Stops reading here: bytes after the head do not belong to the response to HEAD (RFC 9110 §9.3.2).
      if (request.method === 'HEAD') finish(Buffer.alloc(0))
      else readAll(incoming).then(finish, reject)
    })
    outgoing.end(request.body)
  })
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The parameters of `sendJson`. */
export type JsonOptions = {
  /** Sent as JSON; without it the request has no body. */
  body?: unknown
  /** An access token for `Authorization: Bearer`. */
  token?: string
  /** Further headers; they replace those of the same name, in any case. */
  headers?: Record<string, string>
}

/** A response whose body may be JSON. */
export type JsonAnswer = WireAnswer & {
  text: string
  /** The parsed body; `undefined` if it is empty or not JSON. */
  json: unknown
}

/**
 * Sends a request with a JSON body and reads a JSON response.
 *
 * @throws Error like `send`.
 */
export async function sendJson(
  url: string,
  method: string,
  path: string,
  options: JsonOptions = {},
): Promise<JsonAnswer> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body))
  const headers = new Headers({ accept: 'application/json' })
  if (body) headers.set('content-type', 'application/json')
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`)
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  if (body) headers.set('content-length', String(body.length))
  const answer = await send(url, { method, path, headers: [...headers], ...(body && { body }) })
  const text = answer.body.toString('utf8')
  return { ...answer, text, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
