import { isIPv4 } from 'node:net'

/**
 * Whether a host stands for this very machine, whatever a name server says (RFC 6761 §6.3, RFC 1122 §3.2.1.3).
 *
 * @param hostname as `URL` gives it: in lower case, an IPv6 address in brackets
 */
export function isLoopbackHost(hostname: string): boolean {
  if (hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  return isIPv4(hostname) && hostname.startsWith('127.')
}
