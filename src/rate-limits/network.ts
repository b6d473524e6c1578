/**
 * The network that an address counts as: an IPv4 address itself, or the /64 of an IPv6 address, because a household or
 * server usually has a complete /64 and can change addresses freely. All spellings of an address give the same network.
 *
 * @param address from a socket or a trusted proxy; any other text counts as itself
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

/** The IPv4 address inside an IPv4-mapped one (RFC 4291 §2.5.5.2). */
function ipv4Of(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join('.')
}
