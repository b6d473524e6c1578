import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  claimsOf,
  logIn,
  logOut,
  meet,
  PASSWORD,
  refresh,
  type V1Tokens,
} from '../support/v1-client.ts'

const SIXTEEN = 16
const NEW_PASSWORD = 'another horse 10'

/** Everything that ends sessions, as one request against sixteen refreshes and sixteen logins at the same moment. */
describe.each(databases)('a race against refreshes and logins at three processes on $name', (database) => {
  let processes: TestApp[]
  let mine: V1Tokens
  let others: V1Tokens[]
  let annId: number

  beforeAll(async () => {
    const app = await startTestApp({ database })
    processes = [app, await app.another(), await app.another()]
  })
  beforeEach(async () => {
    const first = await at(0).reset()
    annId = (await addAccount(first, 'ann')).id
    mine = await logIn(first, 'ann')
    others = await Promise.all(Array.from({ length: SIXTEEN }, (_, nth) => logIn(at(nth), 'ann')))
  })
  afterAll(() => at(0).close())

  const at = (nth: number) => processes[nth % 3] as TestApp
  const sidOf = ({ access_token }: V1Tokens) => String(claimsOf(access_token).sid)
  const sessionOf = (tokens: V1Tokens) => `/api/v1/me/sessions/${sidOf(tokens)}`

  /** Ends what `end` ends while all requests run. @returns the tokens in the responses, of refreshes and of logins */
  async function race(end: () => Promise<JsonAnswer | undefined>, presented: readonly string[]) {
    const refreshes = presented.map((token, nth) => refresh(at(nth), token))
    const logins = Array.from({ length: SIXTEEN }, (_, nth) =>
      sendJson(at(nth).url, 'POST', '/api/v1/login', { body: { username: 'ann', password: PASSWORD } }),
    )
    // Begun in the middle, and not at once: some of the others are done by then, and some are not.
    await Promise.race([...refreshes, ...logins])
    const [ended, ...answers] = await Promise.all([end(), Promise.all(refreshes), Promise.all(logins)])
    if (ended !== undefined) expect(ended.status).toBeLessThan(300)
    const [refreshed, loggedIn] = answers.map((all) =>
      all.filter(({ status }) => status === 200).map(({ json }) => json as V1Tokens),
    )
    return { refreshed: refreshed ?? [], loggedIn: loggedIn ?? [] }
  }

  async function expectNoSurvivor(tokens: readonly V1Tokens[]): Promise<void> {
    for (const [nth, { access_token, refresh_token }] of tokens.entries()) {
      expect((await meet(at(nth), access_token)).slice(0, 2)).toEqual([401, 401])
      expect((await refresh(at(nth + 1), refresh_token)).status).toBe(401)
    }
  }

  it('with a password change leaves no other session, and no login with the old password', async () => {
    const body = { old_password: PASSWORD, new_password: NEW_PASSWORD }
    const change = () => sendJson(at(0).url, 'POST', '/api/change-password/', { token: mine.access_token, body })
    const { refreshed, loggedIn } = await race(
      change,
      others.map(({ refresh_token }) => refresh_token),
    )
    await expectNoSurvivor([...others, ...refreshed, ...loggedIn])
    expect(await meet(at(1), mine.access_token)).toEqual([200, 200, undefined])
    expect((await refresh(at(2), mine.refresh_token)).status).toBe(200)
  })

  it('with a deactivation leaves nobody logged in, even if the account is active again', async () => {
    const deactivate = () =>
      at(0)
        .administer('deactivate', 'ann')
        .then(() => undefined)
    const { refreshed, loggedIn } = await race(
      deactivate,
      others.map(({ refresh_token }) => refresh_token),
    )
    await expectNoSurvivor([mine, ...others, ...refreshed, ...loggedIn])
    await at(1).administer('activate', 'ann')
    await expectNoSurvivor([mine, ...others, ...refreshed, ...loggedIn])
  })

  it('with a deletion leaves nobody logged in', async () => {
    const remove = () =>
      at(0)
        .administer('delete', 'ann')
        .then(() => undefined)
    const { refreshed, loggedIn } = await race(
      remove,
      others.map(({ refresh_token }) => refresh_token),
    )
    await expectNoSurvivor([mine, ...others, ...refreshed, ...loggedIn])
  })

  it.each(['a logout', 'the session list', 'an administrator'])(
    'with %s leaves nothing of that session',
    async (who) => {
      const [target] = others as [V1Tokens]
      const root = await addAdministrator(at(0), 'root').then(() => logIn(at(0), 'root'))
      const ends: Record<string, () => Promise<JsonAnswer>> = {
        'a logout': () => logOut(at(0), target.refresh_token),
        'the session list': () => sendJson(at(0).url, 'DELETE', sessionOf(target), { token: mine.access_token }),
        'an administrator': () =>
          sendJson(at(0).url, 'DELETE', `/api/v1/admin/sessions/${sidOf(target)}`, { token: root.access_token }),
      }
      const end = ends[who] ?? (() => Promise.reject(new Error(who)))
      const { refreshed, loggedIn } = await race(end, Array(SIXTEEN).fill(target.refresh_token))
      await expectNoSurvivor([target, ...refreshed])
      for (const tokens of loggedIn) expect((await meet(at(0), tokens.access_token))[0]).toBe(200)
    },
  )

  it.each(['end-others', 'all of an account'])(
    'with %s leaves no session of a login that had begun before',
    async (what) => {
      const root = await addAdministrator(at(0), 'root').then(() => logIn(at(0), 'root'))
      const end = () =>
        what === 'end-others'
          ? sendJson(at(0).url, 'POST', '/api/v1/me/sessions/end-others', { token: mine.access_token })
          : sendJson(at(0).url, 'DELETE', `/api/v1/admin/sessions?account_id=${annId}`, { token: root.access_token })
      const { refreshed, loggedIn } = await race(
        end,
        others.map(({ refresh_token }) => refresh_token),
      )
      await expectNoSurvivor([...others, ...refreshed])
      const alive = await Promise.all(loggedIn.map(async (one) => (await meet(at(1), one.access_token))[0] === 200))
      const [lastEnd, begun] = [await lastEventOf('session.ended'), await beginnings()]
      // A later login is a new one, as if it came a minute later. The log shows the order.
      for (const [nth, tokens] of loggedIn.entries()) {
        expect([sidOf(tokens), alive[nth]]).toEqual([sidOf(tokens), (begun.get(sidOf(tokens)) ?? 0) > lastEnd])
      }
    },
  )

  it('between two sessions that end each other leaves one', async () => {
    const [one, two] = others as [V1Tokens, V1Tokens]
    const endOthers = (nth: number, { access_token }: V1Tokens) =>
      sendJson(at(nth).url, 'POST', '/api/v1/me/sessions/end-others', { token: access_token })
    await Promise.all([endOthers(0, one), endOthers(1, two)])
    const alive = await Promise.all(
      [one, two].map(async (tokens) => (await meet(at(2), tokens.access_token))[0] === 200),
    )
    expect(alive.filter(Boolean)).toHaveLength(1)
  })

  async function lastEventOf(event: string): Promise<number> {
    const events = at(0).app.database.read.selectFrom('audit_events').select('id').where('event', '=', event)
    return (await events.orderBy('id', 'desc').executeTakeFirstOrThrow()).id
  }

  async function beginnings(): Promise<Map<string, number>> {
    const events = at(0).app.database.read.selectFrom('audit_events').select(['id', 'session_id'])
    const rows = await events.where('event', '=', 'login.succeeded').execute()
    return new Map(rows.map(({ id, session_id }) => [session_id ?? '', id]))
  }
})
