import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

type Refusal = { status: number; reason: string; detail: string }

const malformed: Refusal = { status: 400, reason: 'Bad Request', detail: 'Malformed request.' }

/** What is wrong with bytes that are not HTTP, by the error code of Node's parser; all others are 400. */
const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, reason: 'Request Header Fields Too Large', detail: 'Headers are too large.' }],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', { status: 413, reason: 'Payload Too Large', detail: 'Malformed request.' }],
  ['ERR_HTTP_REQUEST_TIMEOUT', { status: 408, reason: 'Request Timeout', detail: 'The request took too long.' }],
])

/** Answers what never becomes a request, in the same form as all other errors. */
type ConnectionRefusals = {
  /** For bytes that could not be read as a request, or came too slowly. Hangs up. */
  clientError(error: Error & { code?: string }, socket: Socket): void
  /** For CONNECT, because this is not a proxy. Hangs up. */
  connect(request: IncomingMessage, socket: Socket): void
  /** `Expect` with anything but `100-continue` (RFC 9110 §10.1.1). */
  expectation(request: IncomingMessage, response: ServerResponse): void
  /** A path with `%` but without two hex digits after it, or with bytes that are not UTF-8. No hook has seen it. */
  undecodablePath(response: ServerResponse, requestId: string): void
}

type ConnectionRefusalOptions = {
  /** The headers of every response. */
  headers: Readonly<Record<string, string>>
  /**
   * How long a refused connection stays open, so that the client can read why. Whatever it still sends is discarded.
   */
  lingerMs: number
  /** The response to the newest request of a connection. */
  newestAnswer(socket: Socket): ServerResponse | undefined
}

export function createConnectionRefusals(options: ConnectionRefusalOptions): ConnectionRefusals {
  const { headers, lingerMs, newestAnswer } = options
  const refused = new WeakSet<Socket>()
  const common = { ...headers, 'content-type': 'application/json' }

  function hangUp(socket: Socket, { status, reason, detail }: Refusal): void {
    const body = JSON.stringify({ detail })
    const sent = { ...common, 'content-length': String(Buffer.byteLength(body)), connection: 'close' }
    const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`)
    // A client that never hangs up would keep the connection forever; a client that is cut off while still sending
    // would not see the response.
    socket.resume()
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }

  return {
    clientError(error, socket) {
      // One bad byte is reported once for each piece that follows it.
      if (refused.has(socket)) return
      refused.add(socket)
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      const answer = newestAnswer(socket)
      // A request gets only one response, so a bad body that nobody waited for gets none. Bytes after a good request
      // are not answered in its place.
      const isBeingAnswered = answer?.req.complete ? !answer.writableFinished : answer?.headersSent
      if (answer === undefined || !isBeingAnswered) {
        hangUp(socket, refusals.get(error.code ?? '') ?? malformed)
      } else if (answer.writableFinished) {
        socket.destroy()
      } else {
        answer.shouldKeepAlive = false
        answer.once('close', () => socket.destroySoon())
      }
    },
    connect(_request, socket) {
      socket.on('error', () => socket.destroy())
      hangUp(socket, { status: 405, reason: 'Method Not Allowed', detail: 'Method "CONNECT" not allowed.' })
    },
    expectation(_request, response) {
      response.writeHead(417, common).end('{"detail":"Expectation failed."}')
    },
    undecodablePath(response, requestId) {
      response.writeHead(404, { ...common, 'x-request-id': requestId }).end('{"detail":"Not found."}')
    },
  }
}
