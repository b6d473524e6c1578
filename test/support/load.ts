import { sendJson } from './http-client.ts'

/** People who use a server all the time, in several ways at once. */
export type Load = {
  /** How many requests were answered correctly, and how many with 503, since the last call. */
  counts(): { right: number; unavailable: number }
  /** Other responses, and responses that took too long: one line each. */
  faults: string[]
  /** Waits until this many more requests were answered in this way. @throws Error with the faults, if there are any */
  until(kind: 'right' | 'unavailable', more: number): Promise<void>
  stop(): Promise<void>
}

const PASSWORD = 'copper-lantern-42'
/**
 * The longest that a response may take, whatever the database does: a wait for the pool and a statement, on a busy
 * machine.
 */
const BOUND_MS = 20_000

/**
 * Lets people log in, refresh, look at their profile, verify tokens and register others, each one request after
 * another. Each response must be the correct one, or 503 with Retry-After; after a 503, a person repeats the request,
 * as clients do.
 */
export async function startLoad(url: string, people = 4): Promise<Load> {
  const faults: string[] = []
  const total = { right: 0, unavailable: 0 }
  const seen = { right: 0, unavailable: 0 }
  let isOver = false

  /** Sends a request until it is answered by one of `expected`. */
  async function insist(
    expected: readonly number[],
    method: string,
    path: string,
    options: Parameters<typeof sendJson>[3] = {},
  ): Promise<Record<string, string>> {
    for (let isRepeated = false; ; isRepeated = true) {
      const startedAt = performance.now()
      const { status, headers, json } = await sendJson(url, method, path, options)
      const tookMs = Math.round(performance.now() - startedAt)
      if (tookMs > BOUND_MS) faults.push(`${method} ${path} took ${tookMs} ms (${status})`)
      if (status === 503 && headers['retry-after'] !== undefined) {
        total.unavailable++
        if (isOver) return {}
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      // The first attempt may have been committed before the connection was cut.
      const mayExist = isRepeated && path === '/api/users/' && status === 400
      if (!expected.includes(status) && !mayExist) faults.push(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
      total.right++
      return (json ?? {}) as Record<string, string>
    }
  }

  async function live(name: string): Promise<void> {
    const body = { username: name, password: PASSWORD }
    let { access = '', refresh = '' } = await insist([200], 'POST', '/api/login/', { body })
    for (let turn = 0; !isOver; turn++) {
      const next = await insist([200], 'POST', '/api/token/refresh/', { body: { refresh } })
      access = next.access ?? access
      refresh = next.refresh ?? refresh
      await insist([200], 'GET', '/api/users/profile/', { token: access })
      await insist([200], 'GET', '/api/v1/me/sessions', { token: access })
      await insist([200], 'POST', '/api/token/verify/', { body: { token: access } })
      await insist([401], 'POST', '/api/login/', { body: { ...body, password: 'wrong' } })
      await insist([201], 'POST', '/api/users/', { body: { username: `${name}-${turn}`, password: PASSWORD } })
      if (turn % 3 === 2)
        ({ access = access, refresh = refresh } = await insist([200], 'POST', '/api/login/', { body }))
    }
  }

  const names = Array.from({ length: people }, (_, person) => `person-${person}`)
  for (const username of names) {
    await insist([201], 'POST', '/api/users/', { body: { username, password: PASSWORD } })
  }
  const lives = Promise.all(names.map(live)).catch((error: unknown) => {
    faults.push(String(error))
  })

  return {
    faults,
    counts() {
      const more = { right: total.right - seen.right, unavailable: total.unavailable - seen.unavailable }
      Object.assign(seen, total)
      return more
    },
    async until(kind, more) {
      const goal = total[kind] + more
      while (total[kind] < goal) {
        if (faults.length > 0) throw new Error(faults.join('\n'))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async stop() {
      isOver = true
      await lives
    },
  }
}
