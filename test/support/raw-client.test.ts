import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type RawOptions, rawRequest } from './raw-client.ts'

/** The result of `rawRequest` with a server that does this as soon as it receives something. */
async function against(act: (socket: Socket) => void, options: RawOptions = {}) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => act(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const answer = await rawRequest(`http://127.0.0.1:${port}`, 'HELLO\r\n', options)
  server.close()
  return { ...answer, body: answer.body.toString(), rest: answer.rest.toString() }
}

describe('the raw client of the tests', () => {
  it('reads an answer by its length, and what comes after it', async () => {
    const answer = await against((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nA: 1\r\na:2\r\nContent-Length: 2\r\n\r\nokHTTP'),
    )
    expect(answer).toEqual({
      statusLine: 'HTTP/1.1 200 OK',
      headers: { a: ['1', '2'], 'content-length': ['2'] },
      body: 'ok',
      rest: 'HTTP',
      closed: false,
    })
  })

  it('reads an answer in chunks, after an interim one', async () => {
    const answer = await against((socket) =>
      socket.write(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n',
      ),
    )
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 200 OK', body: 'abc0123456789', rest: '', closed: false })
  })

  it('knows answers that have no body', async () => {
    const head = 'Content-Length: 5\r\n\r\n'
    expect(await against((socket) => socket.write(`HTTP/1.1 204 No Content\r\n\r\n`))).toMatchObject({ body: '' })
    expect(await against((socket) => socket.write(`HTTP/1.1 200 OK\r\n${head}`), { isHead: true })).toMatchObject({
      body: '',
    })
  })

  it('reads an answer without a length until the server closes', async () => {
    const answer = await against((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\nno'))
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 400 Bad Request', body: 'no', closed: true })
  })

  it('waits for the end of the connection when told so', async () => {
    const complete = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    const act = (socket: Socket) => socket.write(complete, () => socket.end(complete))
    expect(await against(act, { until: 'close' })).toMatchObject({ rest: complete, closed: true })
  })

  it('takes a reset for a close', async () => {
    const answer = await against((socket) => socket.resetAndDestroy())
    expect(answer).toEqual({ statusLine: '', headers: {}, body: '', rest: '', closed: true })
  })

  it('gives what has come when the time is over', async () => {
    const answer = await against((socket) => socket.write('HTTP/1.1 200 O'), { timeLimitMs: 20 })
    expect(answer).toMatchObject({ statusLine: 'HTTP/1.1 200 O', closed: false })
  })

  it('fails when nobody listens', async () => {
    await expect(rawRequest('http://127.0.0.1:1', '')).rejects.toThrow('ECONNREFUSED')
  })
})
