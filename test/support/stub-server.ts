import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a stub saw it. */
export type StubRequest = {
  method: string
  /** Path and query, as sent. */
  target: string
  /** Names and values in turn, as sent; values byte by byte (Latin-1). */
  rawHeaders: string[]
  headers: IncomingHttpHeaders
  body: Buffer
}

/** The response of a stub; `json` is sent as it is, `undefined` hangs up. */
export type StubAnswer =
  | { status: number; headers?: Record<string, string | string[]>; json?: string; text?: string }
  | undefined

/** A server that answers as it is told, to show that checks of servers find faults. */
type StubServer = { url: string; requests: StubRequest[]; close(): Promise<void> }

/** Starts a stub on a free port of 127.0.0.1. */
export async function startStubServer(
  answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer>,
): Promise<StubServer> {
  const requests: StubRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { method = '', url: target = '', rawHeaders, headers } = incoming
    const request = { method, target, rawHeaders, headers, body: Buffer.concat(chunks) }
    requests.push(request)
    const told = await answer(request)
    if (told) {
      const type = told.json === undefined ? {} : { 'content-type': 'application/json' }
      outgoing.writeHead(told.status, { ...type, ...told.headers }).end(told.json ?? told.text)
    } else {
      outgoing.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, requests, close }
}
