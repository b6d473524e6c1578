import { lookup } from 'node:dns'
import { request as requestPlain } from 'node:http'
import { request as requestSecure } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type DestinationRules, destinationFault, isPublicAddress } from './destination.ts'

/** How long an answer's head may be, in bytes. Its body is not read at all. */
const HEAD_LIMIT = 16_384

/** The destination is not one that webhooks may lead to. */
export class ForbiddenDestinationError extends Error {
  constructor(reason: string) {
    super(`the destination is not allowed: ${reason}`)
    this.name = 'ForbiddenDestinationError'
  }
}

/** A request to a webhook. */
type WebhookRequest = { url: string; headers: Readonly<Record<string, string>>; body: string }

/**
 * Sends a request and answers with the status of the answer. Redirects are not followed: they would lead past every check
 * of the destination.
 *
 * @throws ForbiddenDestinationError, and whatever keeps it from being sent or answered
 */
export type SendWebhook = (request: WebhookRequest, signal: AbortSignal) => Promise<number>

/**
 * @param rules are held to at each request: the address that a name stands for is looked up, checked, and the very same
 *   one connected to, so that no name can be one thing to the check and another to the connection
 * @param resolve other names, for tests
 */
export function createSender(rules: DestinationRules, resolve: typeof lookup = lookup): SendWebhook {
  const lookupAddresses = rules.allowsPrivate ? resolve : publicLookup(resolve)
  return ({ url, headers, body }, signal) =>
    new Promise((resolve, reject) => {
      const fault = destinationFault(url, rules)
      if (fault !== undefined) throw new ForbiddenDestinationError(fault)
      const request = url.startsWith('https:') ? requestSecure : requestPlain
      const outgoing = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        agent: false,
        lookup: lookupAddresses,
        maxHeaderSize: HEAD_LIMIT,
        signal,
      })
      outgoing.on('error', reject)
      outgoing.on('response', (answer) => {
        resolve(answer.statusCode ?? 0)
        answer.destroy()
      })
      outgoing.end(body)
    })
}

/** Looks a name up. One that stands for a private address, be it among others, is refused. */
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
