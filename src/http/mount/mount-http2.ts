import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { Readable } from 'node:stream'

type Answer = (request: Request, options: { address: string | undefined }) => Promise<Response>

/**
 * Answers a request of `node:http2` through its HTTP/1.1-compatible API. The server itself knows only HTTP/1.1: its
 * framing, and headers for the connection, which HTTP/2 does not have (RFC 9113 §8.2.2). So the request goes through
 * `answer`, which needs neither.
 *
 * @param target the path and query to answer
 */
export async function answerHttp2(
  request: IncomingMessage | Http2ServerRequest,
  response: Http2ServerResponse,
  target: string,
  answer: Answer,
): Promise<void> {
  const { method = 'GET', headers, socket } = request
  const asked = new Request(`https://${headers[':authority'] ?? headers.host}${target}`, {
    method,
    headers: plainHeaders(headers),
    ...(method !== 'GET' && method !== 'HEAD' && { body: Readable.toWeb(request as Readable), duplex: 'half' }),
  } as RequestInit)
  const answered = await answer(asked, { address: socket.remoteAddress })
  for (const [name, value] of answered.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = answered.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.statusCode = answered.status
  response.end(Buffer.from(await answered.arrayBuffer()))
}

/** Whether a response is one of `node:http2`. */
export function isHttp2(response: ServerResponse | Http2ServerResponse): response is Http2ServerResponse {
  return 'stream' in response
}

/** The headers without the pseudo-headers that replace the request line in HTTP/2 (RFC 9113 §8.3). */
function plainHeaders(headers: IncomingHttpHeaders): Headers {
  const plain = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(':')) continue
    for (const one of Array.isArray(value) ? value : [value ?? '']) plain.append(name, one)
  }
  return plain
}
