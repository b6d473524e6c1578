import type { TestApp } from './test-app.ts'

/** A response, for the tests of limits. */
type Answer = { status: number; body: string; headers: Record<string, string | undefined> }

/** The facts of a request besides name and password. */
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
  /** A complete body. */
  payload?: string
}

/** Ways to log in to one server, from any address. */
export type Knocker = {
  logIn(attempt: Attempt): Promise<Answer>
  /** A number of wrong logins in a row; returns their statuses. */
  guess(count: number, attempt: (nth: number) => Partial<Attempt>): Promise<number[]>
  register(username: string, from: string): Promise<Answer>
  send(path: string, options?: SendOptions): Promise<Answer>
}

type SendOptions = { from?: string; method?: Attempt['method']; headers?: Record<string, string>; payload?: unknown }

/** The password of every account registered here. */
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

/** How many of the statuses equal this one. */
export function count(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length
}
