/** An answer of HTTP/1.1, as far as a load generator looks at it. */
export type Answer = {
  status: number
  body: Buffer
}

const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i

/**
 * Puts the answers of one connection together from what comes in. Only what our servers send is understood: a
 * `Content-Length` and no chunks; an answer without one has no body. That takes a few microseconds, a small part of what
 * it costs a server to answer.
 *
 * @returns what to hand every chunk to
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

/** Where the head and the body of the first answer end; undefined as long as it is not all there. */
function endOfAnswer(bytes: Buffer): { head: number; body: number } | undefined {
  if (bytes.length === 0) return undefined
  const lastLine = bytes.indexOf('\r\n\r\n')
  if (lastLine === -1) return undefined
  const head = lastLine + 4
  const body = head + Number(CONTENT_LENGTH.exec(bytes.toString('latin1', 0, lastLine))?.[1] ?? 0)
  return bytes.length < body ? undefined : { head, body }
}
