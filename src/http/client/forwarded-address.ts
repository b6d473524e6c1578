import { isIP, SocketAddress } from 'node:net'

/**
 * The addresses in `X-Forwarded-For`, in order: the proxy nearest to us saw the last one. Undefined stands for an entry
 * without an address. Empty entries are skipped (RFC 9110 §5.6.1).
 */
export function readForwardedFor(header: string): (string | undefined)[] {
  return header
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(readNode)
}

/** The same for `Forwarded` (RFC 7239 §4): the `for=` of each element. */
export function readForwarded(header: string): (string | undefined)[] {
  return splitOutsideQuotes(header, ',')
    .filter((element) => element !== '')
    .map((element) => {
      const pairs = splitOutsideQuotes(element, ';').map((pair) => /^for\s*=\s*(.*)$/is.exec(pair)?.[1])
      const node = pairs.find((value) => value !== undefined)
      return node === undefined ? undefined : readNode(node)
    })
}

/**
 * The address in one entry, in its shortest form. An entry may have quotation marks around it, brackets around IPv6, a port
 * after the address (`192.0.2.1:4711`, `[2001:db8::1]:443`) and a zone (`fe80::1%eth0`); only the address counts.
 */
function readNode(entry: string): string | undefined {
  const text = entry.replace(/^"(.*)"$/s, '$1').trim()
  const bracketed = /^\[([^[\]]+)\](?::[\w.-]{1,20})?$/.exec(text)?.[1]
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? canonicalAddress(bracketed) : undefined
  if (isIP(text) !== 0) return canonicalAddress(text)
  const withoutPort = text.replace(/:[\w.-]{1,20}$/, '')
  return isIP(withoutPort) === 0 ? undefined : canonicalAddress(withoutPort)
}

/** One spelling for each address: IPv6 in its shortest form without a zone; IPv4 even if it is embedded in IPv6. */
export function canonicalAddress(address: string): string {
  const [bare = ''] = address.split('%')
  if (isIP(bare) !== 6) return bare
  const short = new SocketAddress({ address: bare, family: 'ipv6' }).address
  return short.startsWith('::ffff:') && short.includes('.') ? short.slice('::ffff:'.length) : short
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = []
  let [start, isQuoted] = [0, false]
  for (let at = 0; at < text.length; at++) {
    if (isQuoted && text[at] === '\\') at++
    else if (text[at] === '"') isQuoted = !isQuoted
    else if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  parts.push(text.slice(start).trim())
  return parts
}
