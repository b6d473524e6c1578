import type { TestApp } from '../../../test/support/test-app.ts'
import type { Fetch } from '../src/client.ts'
import { createCookieJar } from '../src/cookie-jar.ts'
import { createNetwork, type Network } from './network.ts'

/** A browser with one cookie jar for all its tabs. */
export type Browser = {
  /** A tab on a page of this origin. */
  openTab(origin: string): Network
  cookies(): string
  /** As a late answer would. @param header as `cookies` gave it */
  replaceCookies(header: string): void
}

/** @param server asked at each request, for it may be started anew */
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
        // A browser takes cookies from an answer, unless the script that asked has ended the request: see test/browser/client.
        if (init?.credentials === 'include' && init.signal?.aborted !== true) jar.take(response.headers.getSetCookie())
        return response
      }
      return { ...network, fetch: withCookies }
    },
  }
}
