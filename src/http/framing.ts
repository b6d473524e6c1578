import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Whether a request names two hosts, which Node's parser lets pass: two programs on its way could read two different
 * requests (RFC 9112 §3.2).
 */
export function hasAmbiguousHost({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}

/** What is wrong with a request that is no HTTP, by the code of Node's parser; anything else is 400. */
const statuses: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['HPE_HEADER_OVERFLOW', [431, 'Request Header Fields Too Large']],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', [413, 'Payload Too Large']],
  ['ERR_HTTP_REQUEST_TIMEOUT', [408, 'Request Timeout']],
])

/** Answers what could not even be read as a request, in the shape of all other errors, and hangs up. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason] = statuses.get(error.code ?? '') ?? [400, 'Bad Request']
  const body = JSON.stringify({ detail: status === 408 ? 'The request took too long.' : 'Malformed request.' })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `X-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
