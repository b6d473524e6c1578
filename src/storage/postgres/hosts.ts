/** `postgres://user:password@`, the hosts, and the rest. The last `@` before a slash ends the password. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s

/**
 * The URLs of the servers that a URL names: `postgres://user@one:5432,two:5432/name` names two, of which one is the
 * primary. They differ only in the host and port.
 */
export function urlsOfHosts(url: string): [string, ...string[]] {
  const [, start = '', hosts = '', rest = ''] = PARTS.exec(url) ?? []
  const [first, ...others] = hosts.split(',').map((host) => `${start}${host.trim()}${rest}`)
  return first === undefined || others.length === 0 ? [url] : [first, ...others]
}
