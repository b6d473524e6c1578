import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, type Socket } from 'node:net'
import type { Logger } from '../../platform/log.ts'
import { canonicalAddress, readForwarded, readForwardedFor } from './forwarded-address.ts'

/** Finds the address that a request comes from. */
type ClientAddress = (request: IncomingMessage) => string

type ClientAddressParts = {
  settings: {
    /** Addresses and networks (`10.0.0.0/8`) from the settings; `unix` stands for every client of a Unix socket. */
    trustedProxies: readonly string[]
    forwardedHeader: 'x-forwarded-for' | 'forwarded'
  }
  log: Pick<Logger, 'warn'>
}

/** The other end of a connection. */
type Peer = { address: string; isTrusted: boolean }

/** Headers in which proxies state their client. */
const FORWARDED_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip'] as const

const UNIX = 'unix'

/**
 * Addresses that no client on the Internet has. A request from one comes from a proxy, or from a program in the same
 * network.
 */
const privateNetworks = blockListOf([
  ...['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
])

/**
 * The address of the client. This is the address of the connection, unless the connection comes from a trusted proxy.
 * Then the header is read from its end: each trusted proxy has added the address it saw, so the first address that is
 * not itself a trusted proxy is the client. The entries before that one come from the client and are not trusted. The
 * header is `X-Forwarded-For`, and `Forwarded` (RFC 7239) if a request has no `X-Forwarded-For`; or `Forwarded` alone,
 * if `forwardedHeader` says so. If an entry contains no address, the proxy that wrote it counts as the client, and the
 * log says so once. The log also says once if a private address sends forwarded requests without being trusted.
 */
export function createClientAddress({ settings, log }: ClientAddressParts): ClientAddress {
  const { trustedProxies, forwardedHeader } = settings
  const trusted = blockListOf(trustedProxies.filter((one) => one !== UNIX))
  const trustsUnix = trustedProxies.includes(UNIX)
  let hasToldUntrusted = false
  let hasToldUnreadable = false

  function isTrusted(address: string): boolean {
    return address === '' ? trustsUnix : isIP(address) !== 0 && contains(trusted, address)
  }

  function entriesOf({ headers }: IncomingMessage): (string | undefined)[] {
    const forwardedFor = forwardedHeader === 'forwarded' ? undefined : headers['x-forwarded-for']
    if (forwardedFor !== undefined) return readForwardedFor(String(forwardedFor))
    return headers.forwarded === undefined ? [] : readForwarded(headers.forwarded)
  }

  function tellUntrusted(peer: string, { headers }: IncomingMessage): void {
    const header = FORWARDED_HEADERS.find((name) => headers[name] !== undefined)
    if (header === undefined || !(peer === '' || contains(privateNetworks, peer))) return
    hasToldUntrusted = true
    const [from, name] = peer === '' ? ['the Unix socket', UNIX] : [peer, peer]
    log.warn(
      { address: peer, header },
      `Requests from ${from} have the header ${header}, but TRUSTED_PROXIES does not name ${name}: all clients behind it ` +
        `count as one, so one of them can use up the limits of all. If it is your proxy, add ${name} to TRUSTED_PROXIES.`,
    )
  }

  function tellUnreadable(proxy: string): void {
    if (hasToldUnreadable) return
    hasToldUnreadable = true
    log.warn(
      { address: proxy },
      `The proxy ${proxy || UNIX} forwards requests without a readable client address, so they count as requests of the proxy itself. ` +
        'Configure it to send the address of the client, such as X-Forwarded-For: 203.0.113.7.',
    )
  }

  // A connection keeps its address, and usually carries many requests.
  const peers = new WeakMap<Socket, Peer>()

  function peerOf(socket: Socket): Peer {
    let peer = peers.get(socket)
    if (peer === undefined) {
      const address = socket.remoteAddress === undefined ? '' : canonicalAddress(socket.remoteAddress)
      peer = { address, isTrusted: isTrusted(address) }
      peers.set(socket, peer)
    }
    return peer
  }

  return (request) => {
    const { address: peer, isTrusted: isProxy } = peerOf(request.socket)
    if (!isProxy) {
      if (!hasToldUntrusted) tellUntrusted(peer, request)
      return peer
    }
    let client = peer
    for (const entry of entriesOf(request).toReversed()) {
      if (entry === undefined) {
        tellUnreadable(client)
        break
      }
      client = entry
      if (!isTrusted(client)) break
    }
    return client
  }
}

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
