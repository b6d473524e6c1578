/** A request, before it is encoded. */
type RequestParts = {
  method: 'GET' | 'POST'
  path: string
  /** An access token for the `Authorization` header. */
  token?: string
  /** Sent as JSON. */
  body?: Record<string, string>
}

/** The bytes of a request, with the headers that an HTTP client library would send. */
export function encodeRequest({ method, path, token, body }: RequestParts): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: latchkey-bench',
    'Accept: application/json',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ]
  if (body === undefined) return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  const json = JSON.stringify(body)
  lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${json}`, 'utf8')
}
