import { BlockList, isIP, isIPv6 } from 'node:net'
import { isLoopbackHost } from '../platform/loopback.ts'

/** The allowed destinations of webhooks. */
export type DestinationRules = {
  /** Also allows http: in development. */
  allowsPlain: boolean
  /** Also allows networks that are not on the Internet: WEBHOOK_ALLOW_PRIVATE. */
  allowsPrivate: boolean
}

const URL_LIMIT = 2_000

/** The fault of a webhook's URL, as far as it shows without resolving the host name. */
type DestinationFault = 'invalid_url' | 'https_required' | 'private_address'

/** @returns undefined if there is no fault */
export function destinationFault(text: string, rules: DestinationRules): DestinationFault | undefined {
  const url = text.length > URL_LIMIT ? null : URL.parse(text)
  if (url === null || !/^https?:\/\//.test(text) || !/^https?:$/.test(url.protocol)) return 'invalid_url'
  // Lists would show credentials, and a fragment is never sent.
  if (url.username !== '' || url.password !== '' || url.hash !== '') return 'invalid_url'
  if (url.protocol === 'http:' && !rules.allowsPlain) return 'https_required'
  return !rules.allowsPrivate && isPrivateHost(url.hostname) ? 'private_address' : undefined
}

/** Whether a host is private by its name alone. Other names must be resolved first. */
function isPrivateHost(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  return isLoopbackHost(hostname) || (isIP(address) !== 0 && !isPublicAddress(address))
}

/**
 * IANA's special-purpose registries, and multicast: addresses that are not reached through the Internet, or that mean
 * this machine.
 */
const notPublic = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4')
}

const public6 = new BlockList()
public6.addSubnet('2000::', 3, 'ipv6')

/** Parts of 2000::/3: protocols (Teredo), documentation, and 6to4, which leads to any IPv4 address. */
const notPublic6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic6.addSubnet(network, prefix, 'ipv6')
}

/**
 * Whether an address is a public Internet address. IPv6 addresses that stand for IPv4 ones (mapped, NAT64, 6to4) never
 * are.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) return public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6')
  return isIP(address) === 4 && !notPublic.check(address, 'ipv4')
}
