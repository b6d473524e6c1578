/** The parts of an HTTP/1.1 response that a load generator looks at. */
export type Answer = {
  status: number
  body: Buffer
}

const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i

/**
 * Assembles the responses of one connection from the chunks that arrive. It understands only what our servers send: a
 * `Content-Length` and no chunked encoding; a response without one has no body. That takes a few microseconds, a small
 * part of what a response costs the server.
 *
 * @returns a function that takes every chunk
 */
export function createAnswerReader(onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  let received: Buffer = Buffer.alloc(0)
  return (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    for (let end = endOfAnswer(received); end !== undefined; end = endOfAnswer(received)) {
      const answer = received.subarray(0, end.body)
      received = received.subarray(end.body)
      onAnswer({ status: Number(answer.toString('latin1', 9, 12)), body: answer.subarray(end.head) })
    }
  }
}

/** Where the head and the body of the first response end; undefined until it is complete. */
function endOfAnswer(bytes: Buffer): { head: number; body: number } | undefined {
  if (bytes.length === 0) return undefined
  const lastLine = bytes.indexOf('\r\n\r\n')
  if (lastLine === -1) return undefined
  const head = lastLine + 4
  const body = head + Number(CONTENT_LENGTH.exec(bytes.toString('latin1', 0, lastLine))?.[1] ?? 0)
  return bytes.length < body ? undefined : { head, body }
}
