/** The cookies of one request, and how the responses to it change them. */
export type CookieJar = {
  /** The token in Latchkey's cookie. */
  get(use: 'access' | 'refresh'): string | undefined
  /** All cookies, as a `Cookie` header. */
  header(): string
  /**
   * Latchkey's own cookies.
   *
   * @param withRefresh false: only the access token, which other hosts of the domain may receive
   */
  sessionHeader(withRefresh: boolean): string
  /** Reads the `Set-Cookie` headers of a response. */
  take(setCookies: readonly string[]): void
  /** The `Set-Cookie` headers read so far, the last one of each cookie. */
  setCookies(): string[]
}

/** See docs/cookies.md. The prefix depends on how browsers reach the server. */
const SESSION_COOKIE = /^(?:__Host-|__Secure-)?latchkey-(access|refresh)$/

/** Creates a jar with the cookies of a `Cookie` header. */
export function createCookieJar(header: string): CookieJar {
  const cookies = new Map<string, string>()
  const taken = new Map<string, string>()
  for (const pair of header.split(';')) {
    const [name, value] = splitPair(pair)
    if (name !== '') cookies.set(name, value)
  }
  const kindOf = (name: string) => SESSION_COOKIE.exec(name)?.[1]
  const write = (chosen: (name: string) => boolean) =>
    [...cookies]
      .filter(([name]) => chosen(name))
      .map(([name, value]) => `${name}=${value}`)
      .join('; ')

  return {
    get: (use) => [...cookies].find(([name, value]) => kindOf(name) === use && value !== '')?.[1],
    header: () => write(() => true),
    sessionHeader: (withRefresh) =>
      write((name) => kindOf(name) === 'access' || (withRefresh && kindOf(name) === 'refresh')),
    take(setCookies) {
      for (const line of setCookies) {
        const [pair = '', ...attributes] = line.split(';')
        const [name, value] = splitPair(pair)
        taken.set(name, line)
        const isRemoval = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))
        if (isRemoval) cookies.delete(name)
        else cookies.set(name, value)
      }
    },
    setCookies: () => [...taken.values()],
  }
}

function splitPair(pair: string): [name: string, value: string] {
  const [name = '', ...value] = pair.trim().split('=')
  return [name, value.join('=')]
}
