import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Says from which address a request comes. */
type ClientAddress = (request: IncomingMessage) => string

/**
 * The address of the connection; or, if that is one of the trusted proxies, the last entry of `X-Forwarded-For`, which is
 * what that proxy itself has seen. Entries before it are anybody's word and are not read, and no other header counts.
 *
 * @param trustedProxies addresses and networks (`10.0.0.0/8`) of the settings
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList()
  for (const network of trustedProxies) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(prefix), family)
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

  return (request) => {
    const peer = withoutMapping(request.socket.remoteAddress ?? '')
    if (trustedProxies.length === 0 || isIP(peer) === 0 || !isTrusted(peer)) return peer
    const forwarded = request.headers['x-forwarded-for']
    const entries = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')
    const last = withoutMapping(entries.slice(entries.lastIndexOf(',') + 1).trim())
    return isIP(last) === 0 ? peer : last
  }
}

/** An IPv4 address as it is also when the server listens on IPv6. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address
}
