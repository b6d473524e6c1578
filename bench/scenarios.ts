import type { DatabaseKind } from './databases.ts'
import type { Answer } from './load/answer-reader.ts'
import { type Exchange, runLoad } from './load/load.ts'
import { encodeRequest } from './load/request.ts'

/** One kind of request, sent to Latchkey and the bare server in the same way. */
export type Scenario = {
  name: ScenarioName
  /** How large the bare server's processor time must be as a share of Latchkey's, at least. */
  targets: Partial<Record<DatabaseKind['name'], number>>
  connections: number
  /** @param sessions of this server, as started by `populate` */
  exchange(sessions: readonly Session[]): Exchange
}

export const scenarioNames = ['profile', 'verify', 'refresh', 'login', 'register'] as const

export type ScenarioName = (typeof scenarioNames)[number]

/** The session of a logged-in user. */
export type Session = { access: string; refresh: string }

const PASSWORD = 'Kestrel-over-7-hills'
const CONNECTIONS = 32
/** About two hashes run at a time; more connections only lengthen the queue. */
const HASHING_CONNECTIONS = 8

/** One per connection: nobody sends two requests at the same time. */
const usernames = Array.from({ length: CONNECTIONS }, (_, index) => `bench-${index}`)

/** Registers accounts, logs each of them in once, and returns their sessions. */
export async function populate(port: number): Promise<Session[]> {
  const sessions: Session[] = []
  const common = { port, connections: HASHING_CONNECTIONS, requests: usernames.length }
  await runLoad({ ...common, exchange: inTurn(usernames.map(registration), ({ status }) => status === 201) })
  const isLoggedIn = (answer: Answer) => {
    if (answer.status === 200) sessions.push(readTokens(answer))
    return answer.status === 200
  }
  await runLoad({ ...common, exchange: inTurn(usernames.map(loginRequest), isLoggedIn) })
  return sessions
}

/** The same requests over and over. */
function inTurn(requests: readonly Buffer[], accept: (answer: Answer) => boolean): Exchange {
  let next = 0
  return {
    request: () => requests[next++ % requests.length] as Buffer,
    accept: (_connection, answer) => accept(answer),
  }
}

function isOkWith(bodyStart: string): (answer: Answer) => boolean {
  const expected = Buffer.from(bodyStart)
  return ({ status, body }) => status === 200 && body.subarray(0, expected.length).equals(expected)
}

/** `GET /api/users/profile/` */
export function profiles(sessions: readonly Session[]): Exchange {
  const request = ({ access }: Session) => encodeRequest({ method: 'GET', path: '/api/users/profile/', token: access })
  return inTurn(sessions.map(request), isOkWith('{"id":'))
}

function verifications(sessions: readonly Session[]): Exchange {
  const request = ({ access }: Session) =>
    encodeRequest({ method: 'POST', path: '/api/token/verify/', body: { token: access } })
  return inTurn(sessions.map(request), isOkWith('{}'))
}

/** Every connection is a client that always sends its latest refresh token. It needs its own session. */
export function refreshChains(sessions: readonly Session[]): Exchange {
  const current = sessions.map(({ refresh }) => refresh)
  return {
    request: (connection) =>
      encodeRequest({
        method: 'POST',
        path: '/api/token/refresh/',
        body: { refresh: current[connection] as string },
      }),
    accept(connection, answer) {
      if (answer.status !== 200) return false
      const { refresh } = readTokens(answer)
      const isNew = refresh !== current[connection]
      current[connection] = refresh
      return isNew
    },
  }
}

/** Correct passwords of existing accounts. */
export function logins(): Exchange {
  return inTurn(usernames.map(loginRequest), ({ status }) => status === 200)
}

function registrations(): Exchange {
  let next = 0
  return {
    request: () => registration(`newcomer-${next++}`),
    accept: (_connection, { status }) => status === 201,
  }
}

/** All scenarios, in the order of measurement. */
export const scenarios: readonly Scenario[] = [
  { name: 'profile', targets: { SQLite: 0.85, PostgreSQL: 0.8 }, connections: CONNECTIONS, exchange: profiles },
  { name: 'verify', targets: { SQLite: 0.85, PostgreSQL: 0.8 }, connections: CONNECTIONS, exchange: verifications },
  { name: 'refresh', targets: { SQLite: 0.75, PostgreSQL: 0.7 }, connections: CONNECTIONS, exchange: refreshChains },
  { name: 'login', targets: { SQLite: 0.9 }, connections: HASHING_CONNECTIONS, exchange: logins },
  { name: 'register', targets: {}, connections: HASHING_CONNECTIONS, exchange: registrations },
]

function registration(username: string): Buffer {
  const body = { username, email: `${username}@example.org`, password: PASSWORD }
  return encodeRequest({ method: 'POST', path: '/api/register/', body })
}

function loginRequest(username: string): Buffer {
  return encodeRequest({ method: 'POST', path: '/api/token/', body: { username, password: PASSWORD } })
}

function readTokens({ body }: Answer): Session {
  return JSON.parse(body.toString('utf8')) as Session
}
