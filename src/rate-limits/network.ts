/**
 * What an address is counted as: an IPv4 address as itself, an IPv6 address as its /64, since that is what a single
 * household or server is given and can change at will. However an address is spelled, it is one.
 *
 * @param address as a socket or a trusted proxy names it; what is no address is counted under its text
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [withoutZone = ''] = address.split('%')
  const hostname = URL.parse(`http://[${withoutZone}]`)?.hostname
  if (hostname === undefined) return address
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const groups = [...groupsOf(head), ...zeros(head, tail), ...groupsOf(tail ?? '')]
  return ipv4Of(groups) ?? `${groups.slice(0, 4).join(':')}::/64`
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

function zeros(head: string, tail: string | undefined): string[] {
  if (tail === undefined) return []
  return Array.from({ length: 8 - groupsOf(head).length - groupsOf(tail).length }, () => '0')
}

/** The IPv4 address in an IPv4-mapped one (RFC 4291 §2.5.5.2). */
function ipv4Of(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join('.')
}
