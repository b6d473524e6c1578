import { connect } from 'node:net'

/** The response to exact bytes over one connection. */
type RawAnswer = {
  /** `HTTP/1.1 400 Bad Request`; empty if nothing came. */
  statusLine: string
  /** All values of a header, by its name in lower case. */
  headers: Record<string, string[]>
  body: Buffer
  /** Bytes after the first response. If they are a response too, the server saw a second request. */
  rest: Buffer
  /** Whether the server had closed the connection by then. */
  closed: boolean
}

/** How long `rawRequest` listens. */
export type RawOptions = {
  /**
   * `answer`: until one complete response has arrived. `close`: until the server closes the connection. Default
   * `answer`.
   */
  until?: 'answer' | 'close'
  /** After this time, the promise resolves with what has arrived. Default 5 s. */
  timeLimitMs?: number
  /** Whether the request was HEAD, whose response has no body whatever its headers say. Default false. */
  isHead?: boolean
}

/**
 * Sends bytes as they are over one connection, keeps its own side open and reads the response: for hostile requests
 * (bad framing, bodies that never end, header bombs). If the server resets the connection, it counts as closed. Only a
 * failure to connect throws.
 *
 * @param url the server, `http://host:port`.
 */
export function rawRequest(url: string, bytes: string | Uint8Array, options: RawOptions = {}): Promise<RawAnswer> {
  const { until = 'answer', timeLimitMs = 5_000, isHead = false } = options
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const socket = connect({ host: hostname, port: Number(port) })
    const timer = setTimeout(() => finish(false), timeLimitMs)
    const finish = (closed: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      const { statusLine, headers, body, rest } = readAnswer(received, isHead)
      resolve({ statusLine, headers, body, rest, closed })
    }
    socket.on('connect', () => {
      // From here on, an error means that the server has hung up.
      socket.removeListener('error', fail)
      socket.on('error', () => finish(true))
      socket.write(bytes)
    })
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(error)
    }
    socket.on('error', fail)
    socket.on('end', () => finish(true))
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (until === 'answer' && readAnswer(received, isHead).complete) finish(false)
    })
  })
}

type Reading = Omit<RawAnswer, 'closed'> & { complete: boolean }

const none = Buffer.alloc(0)

/** Reads the first final response from the bytes so far; it skips interim responses (1xx). */
function readAnswer(received: Buffer, isHead: boolean): Reading {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) {
    const [statusLine = ''] = received.toString('latin1').split('\r\n')
    return { statusLine, headers: {}, body: none, rest: none, complete: false }
  }
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n')
  const after = received.subarray(headEnd + 4)
  if (/^HTTP\/1\.1 1\d\d/.test(statusLine)) return readAnswer(after, isHead)
  const headers: Record<string, string[]> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()]
  }
  const hasBody = !isHead && !/^HTTP\/1\.\d (204|304)/.test(statusLine)
  return { statusLine, headers, ...(hasBody ? readBody(after, headers) : { body: none, rest: after, complete: true }) }
}

type Body = Pick<Reading, 'body' | 'rest' | 'complete'>

/** RFC 9112 §6.3: chunked, by length, or until the end of the connection. */
function readBody(bytes: Buffer, headers: Record<string, string[]>): Body {
  if (headers['transfer-encoding']?.includes('chunked')) return readChunks(bytes)
  const length = headers['content-length']?.[0]
  if (length === undefined) return { body: bytes, rest: none, complete: false }
  const size = Number(length)
  return { body: bytes.subarray(0, size), rest: bytes.subarray(size), complete: bytes.length >= size }
}

function readChunks(bytes: Buffer): Body {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return { body: Buffer.concat(chunks), rest: none, complete: false }
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const [start, end] = [lineEnd + 2, lineEnd + 2 + size]
    if (bytes.length < end + 2) return { body: Buffer.concat(chunks), rest: none, complete: false }
    if (size === 0) return { body: Buffer.concat(chunks), rest: bytes.subarray(end + 2), complete: true }
    chunks.push(bytes.subarray(start, end))
    at = end + 2
  }
}
