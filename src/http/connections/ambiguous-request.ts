import type { IncomingMessage } from 'node:http'

/**
 * Whether two programs along the way could read two different requests from this one, although Node's parser accepts
 * it: an unsupported HTTP version, no host or two of them (RFC 9112 §3.2), two different credentials (RFC 9110 §5.3), a
 * transfer coding that we do not decode, or any at all in HTTP/1.0 (§6.1).
 */
export function isAmbiguous({ httpVersion, headers, rawHeaders }: IncomingMessage): boolean {
  const isModern = httpVersion === '1.1'
  if (!isModern && httpVersion !== '1.0') return true
  const hosts = countHosts(rawHeaders)
  if (hosts > 1 || (hosts === 0 && isModern) || hasTwoCredentials(rawHeaders)) return true
  const coding = headers['transfer-encoding']
  return coding !== undefined && !(isModern && coding.toLowerCase() === 'chunked')
}

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts
}

/** Node takes the first `Authorization` header; a proxy may take the last. The same one twice does no harm. */
function hasTwoCredentials(rawHeaders: readonly string[]): boolean {
  let first: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue
    first ??= rawHeaders[index + 1]
    if (rawHeaders[index + 1] !== first) return true
  }
  return false
}
