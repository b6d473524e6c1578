import type { Fetch } from '../src/client.ts'

/** What happens to one request instead of sending it; `send` sends it after all. */
export type Mishap = (send: () => Promise<Response>, init?: RequestInit) => Promise<Response>

/** The connection between a client and the server, where things can go wrong. */
export type Network = {
  fetch: Fetch
  /** Every request so far: its method and path, without `/api/v1`. */
  calls: string[]
  /** Makes the next request to this path suffer a mishap. Several mishaps happen in their order. */
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

/** The server acts, and its response never arrives. */
export const answerLost: Mishap = async (send) => {
  await send()
  throw new TypeError('fetch failed')
}

/** Something in between answers in the server's place. */
export const answering =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Mishap =>
  async () =>
    new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })

/** The response waits until `release` is called; `answered` resolves when the server has responded. */
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
