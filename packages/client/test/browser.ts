import type { TestApp } from '../../../test/support/test-app.ts'
import type { Fetch } from '../src/client.ts'
import { createCookieJar } from '../src/cookie-jar.ts'
import { createNetwork, type Network } from './network.ts'

/** A browser with one cookie jar for all its tabs. */
export type Browser = {
  /** A tab on a page of this origin. */
  openTab(origin: string): Network
  cookies(): string
  /** Sets cookies as a late response would. @param header what `cookies` returned */
  replaceCookies(header: string): void
}

/** @param server called for each request, because the server may be restarted */
export function createBrowser(server: () => TestApp): Browser {
  const jar = createCookieJar('')
  return {
    cookies: jar.header,
    replaceCookies: (header) => jar.take(header.split('; ')),
    openTab(origin) {
      const network = createNetwork(() => server().url)
      const withCookies: Fetch = async (input, init) => {
        const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
        headers.set('origin', origin)
        if (init?.credentials === 'include' && jar.header() !== '') headers.set('cookie', jar.header())
        const response = await network.fetch(input, { ...init, headers })
        // A browser takes cookies from a response unless the script has aborted the request: see test/browser/client.
        if (init?.credentials === 'include' && init.signal?.aborted !== true) jar.take(response.headers.getSetCookie())
        return response
      }
      return { ...network, fetch: withCookies }
    },
  }
}
