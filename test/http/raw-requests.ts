import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A login as bytes, for requests that no HTTP client would send. */
export function post(headers: string, body: string, version = 'HTTP/1.1'): string {
  return `POST /api/login/ ${version}\r\nHost: a.test\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
}

/** Asks whether the server is alive, without a host of its own. */
export function get(headers: string, version = 'HTTP/1.1'): string {
  return `GET /healthz ${version}\r\n${headers}\r\n\r\n`
}

/** Requests a target (RFC 9112 §3.2), whatever it is. */
export function target(path: string, host = 'a.test'): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
}

export const chunked = 'Transfer-Encoding: chunked'

/** A connection whose own side stays open when the other ends. */
export function connectTo(url: string): Socket {
  return connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
}

/** Everything that arrives until the other side has said that it will send no more. */
export async function textUntilEnd(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'end')
  return text
}
