/** The cookies of one request, and what the answers to it change. */
export type CookieJar = {
  /** The token in Latchkey's cookie. */
  get(use: 'access' | 'refresh'): string | undefined
  /** All cookies, as a `Cookie` header. */
  header(): string
  /** Latchkey's own. @param withRefresh false: only the access token, which other hosts of the domain may have */
  sessionHeader(withRefresh: boolean): string
  /** Takes the `Set-Cookie` headers of an answer. */
  take(setCookies: readonly string[]): void
  /** The `Set-Cookie` headers taken so far, the last of each cookie. */
  setCookies(): string[]
}

/** By docs/cookies.md; the prefix depends on how the server is reached. */
const SESSION_COOKIE = /^(?:__Host-|__Secure-)?latchkey-(access|refresh)$/

/** A jar with the cookies of a `Cookie` header. */
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
