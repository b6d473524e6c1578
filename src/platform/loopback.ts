import { isIPv4 } from 'node:net'

/**
 * Whether a host name or address means this machine, whatever a name server says (RFC 6761 §6.3, RFC 1122 §3.2.1.3).
 *
 * @param host in lower case; a final dot does not change a name's meaning; an IPv6 address with or without brackets
 */
export function isLoopbackHost(host: string): boolean {
  const hostname = host.replace(/\.$/, '')
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  return ['::1', '[::1]'].includes(hostname) || (isIPv4(hostname) && hostname.startsWith('127.'))
}
