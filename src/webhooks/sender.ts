import { lookup } from 'node:dns'
import { Agent, type ClientRequest, request as requestPlain } from 'node:http'
import { request as requestSecure, Agent as SecureAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type DestinationRules, destinationFault, isPublicAddress } from './destination.ts'

/** The largest head of a response, in bytes. */
const HEAD_LIMIT = 16_384
/** How much of a response's body is read and discarded, in bytes, so that the connection can be used again. */
const BODY_LIMIT = 65_536
/** How long a connection stays open for the next request, and how many connections one receiver gets. */
const KEPT_OPEN = { keepAlive: true, timeout: 10_000, maxFreeSockets: 16 } as const

/** Webhooks may not use this destination. */
class ForbiddenDestinationError extends Error {
  constructor(reason: string) {
    super(`the destination is not allowed: ${reason}`)
    this.name = 'ForbiddenDestinationError'
  }
}

/** A request to a webhook. */
type WebhookRequest = { url: string; headers: Readonly<Record<string, string>>; body: string }

/**
 * Sends a request and returns the status of the response. It does not follow redirects, because they would bypass every
 * check of the destination.
 *
 * @throws ForbiddenDestinationError, and any error of sending or receiving
 */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<number>

/**
 * @param rules are checked at each request: the name is resolved, the address is checked, and the connection goes to
 *   that same address. So a name cannot mean one thing to the check and another to the connection. A reused connection
 *   leads to the address that was checked when it was opened
 * @param resolve resolves names differently, for tests
 */
export function createSender(rules: DestinationRules, resolve: typeof lookup = lookup): SendWebhook {
  const lookupAddresses = rules.allowsPrivate ? resolve : publicLookup(resolve)
  const agents = { plain: new Agent(KEPT_OPEN), secure: new SecureAgent(KEPT_OPEN) }

  function begin({ url, headers, body }: WebhookRequest, signal: AbortSignal): ClientRequest {
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      lookup: lookupAddresses,
      maxHeaderSize: HEAD_LIMIT,
      signal,
    }
    const request = url.startsWith('https:')
      ? requestSecure(url, { ...options, agent: agents.secure })
      : requestPlain(url, { ...options, agent: agents.plain })
    request.end(body)
    return request
  }

  function sendOnce(request: WebhookRequest, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = begin(request, signal)
      outgoing.on('error', (error) => {
        // The receiver closed an open connection just when it was about to be reused.
        if (outgoing.reusedSocket && 'code' in error && error.code === 'ECONNRESET') resolve(sendOnce(request, signal))
        else reject(error)
      })
      outgoing.on('response', (answer) => {
        resolve(answer.statusCode ?? 0)
        let length = 0
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > BODY_LIMIT) answer.destroy()
        })
        answer.on('error', () => {})
      })
    })
  }

  return async (request, signal) => {
    const fault = destinationFault(request.url, rules)
    if (fault !== undefined) throw new ForbiddenDestinationError(fault)
    return sendOnce(request, signal)
  }
}

/** Resolves a name. A name with any private address is refused. */
function publicLookup(resolve: typeof lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return callback(new ForbiddenDestinationError('private_address'), [])
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family)
    })
  }
}
