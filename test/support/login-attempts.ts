import type { TestApp } from './test-app.ts'

/** An answer as the limits' tests look at it. */
export type Answer = { status: number; body: string; headers: Record<string, string | undefined> }

/** What a request may say besides who and with which password. */
export type Attempt = {
  username: string
  password: string
  /** The address it comes from. Default 203.0.113.1. */
  from?: string
  path?: string
  method?: 'GET' | 'POST' | 'OPTIONS' | 'PUT'
  headers?: Record<string, string>
  /** More members of the body. */
  extra?: Record<string, unknown>
  /** A body of its own. */
  payload?: string
}

/** Ways to knock at one server's doors, from whichever address. */
export type Knocker = {
  logIn(attempt: Attempt): Promise<Answer>
  /** So many wrong logins, one after the other; their statuses. */
  guess(count: number, attempt: (nth: number) => Partial<Attempt>): Promise<number[]>
  register(username: string, from: string): Promise<Answer>
  send(path: string, options?: SendOptions): Promise<Answer>
}

type SendOptions = { from?: string; method?: Attempt['method']; headers?: Record<string, string>; payload?: unknown }

/** The password of everybody who is registered here. */
export const PASSWORD = 'a long enough secret'

const HERE = '203.0.113.1'

export function createKnocker({ app }: TestApp): Knocker {
  async function send(path: string, { from = HERE, method = 'POST', headers = {}, payload }: SendOptions = {}) {
    const answer = await app.server.inject({
      method,
      url: path,
      remoteAddress: from,
      headers: { 'content-type': 'application/json', ...headers },
      ...(payload !== undefined && { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    })
    return { status: answer.statusCode, body: answer.body, headers: answer.headers as Answer['headers'] }
  }

  async function logIn({ username, password, from, path, method, headers, extra, payload }: Attempt): Promise<Answer> {
    return send(path ?? '/api/login/', {
      payload: payload ?? { ...extra, username, password },
      ...(from !== undefined && { from }),
      ...(method !== undefined && { method }),
      ...(headers !== undefined && { headers }),
    })
  }

  return {
    send,
    logIn,
    async guess(count, attempt) {
      const statuses: number[] = []
      for (let nth = 0; nth < count; nth++) {
        const { status } = await logIn({ username: 'victim', password: `wrong guess ${nth}`, ...attempt(nth) })
        statuses.push(status)
      }
      return statuses
    },
    register: (username, from) =>
      send('/api/register/', { from, payload: { username, email: '', password: PASSWORD } }),
  }
}

/** How many of the statuses are this one. */
export function count(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length
}
