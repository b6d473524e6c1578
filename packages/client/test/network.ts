import type { Fetch } from '../src/client.ts'

/** What happens to one request instead of what would: `send` sends it. */
export type Mishap = (send: () => Promise<Response>, init?: RequestInit) => Promise<Response>

/** The way between a client and the server, on which things can go wrong. */
export type Network = {
  fetch: Fetch
  /** Every request so far: method and path, below `/api/v1` where it is there. */
  calls: string[]
  /** Has the next request to this path meet a mishap. Several are met in their order. */
  next(path: string, mishap: Mishap): void
}

/** @param url where the server is at the moment; requests may be made to another origin, and arrive there */
export function createNetwork(url: () => string): Network {
  const calls: string[] = []
  const mishaps: { path: string; mishap: Mishap }[] = []
  return {
    calls,
    next: (path, mishap) => void mishaps.push({ path, mishap }),
    async fetch(input, init) {
      const asked = new URL(input instanceof Request ? input.url : input)
      const path = asked.pathname.replace(/^\/api\/v1/, '')
      calls.push(`${init?.method ?? (input instanceof Request ? input.method : 'GET')} ${path}`)
      const target = new URL(asked.pathname + asked.search, url())
      const send = () => fetch(input instanceof Request ? new Request(target, input) : target, init)
      const found = mishaps.findIndex((one) => one.path === path)
      return found < 0 ? send() : (mishaps.splice(found, 1)[0]?.mishap(send, init) ?? send())
    },
  }
}

/** The request never reaches the server. */
export const unreachable: Mishap = async () => {
  throw new TypeError('fetch failed')
}

/** The server acts, and its answer never arrives. */
export const answerLost: Mishap = async (send) => {
  await send()
  throw new TypeError('fetch failed')
}

/** Something on the way answers in the server's place. */
export const answering =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Mishap =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })

/** The answer waits until `release` is called; `sent` tells when the request was answered by the server. */
export function holding(): { mishap: Mishap; release: () => void; answered: Promise<void> } {
  const gate = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  return {
    release: gate.resolve,
    answered: answered.promise,
    mishap: async (send) => {
      const response = await send()
      answered.resolve()
      await gate.promise
      return response
    },
  }
}
