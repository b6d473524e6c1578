import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as received. */
type Received = {
  method: string
  path: string
  headers: Record<string, string | undefined>
  body: string
  /** The body, parsed. */
  message: { type: string; timestamp: string; data: Record<string, unknown> }
}

/** A receiver of webhooks, on a port of the loopback. */
export type WebhookReceiver = {
  url: string
  received: Received[]
  /** From now on, answers with this status, or as the function does. */
  answer(how: number | ((request: IncomingMessage, response: ServerResponse) => void)): void
  close(): Promise<void>
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  let respond = (_request: IncomingMessage, response: ServerResponse): void => void response.writeHead(204).end()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const { method = '', url: path = '' } = request
    received.push({ method, path, headers, body, message: JSON.parse(body || '{}') })
    respond(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer(how) {
      respond = typeof how === 'number' ? (_request, response) => void response.writeHead(how).end() : how
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Whether a message was signed with this secret, checked like a receiver would, without our code. */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return (headers['webhook-signature'] ?? '').split(' ').includes(expected)
}
