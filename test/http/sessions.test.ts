import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  claimsOf,
  codeOf,
  listSessions,
  logIn,
  meet,
  refresh,
  type V1Tokens,
} from '../support/v1-client.ts'

const MINUTE = 60_000
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe.each(databases)('the sessions API on $name', (database) => {
  let app: TestApp
  let people = 0

  beforeAll(async () => {
    app = await startTestApp({ database })
    await addAdministrator(app, 'root')
  })
  afterAll(() => app.close())

  /** Somebody with this many sessions, the oldest first. */
  async function somebody(sessions: number) {
    const username = `person${++people}`
    const { id } = await addAccount(app, username)
    const tokens: V1Tokens[] = []
    for (let nth = 0; nth < sessions; nth++) {
      tokens.push(await logIn(app, username))
      app.clock.advance(10)
    }
    return { id, username, tokens: tokens as [V1Tokens, V1Tokens, V1Tokens, V1Tokens] }
  }

  const sidOf = ({ access_token }: V1Tokens) => String(claimsOf(access_token).sid)
  const as = ({ access_token }: V1Tokens) => ({ token: access_token })

  it('lists my sessions with everything known about them, and nobody else’s', async () => {
    const { username, tokens } = await somebody(1)
    await somebody(1)
    const begunAt = app.clock.now()
    const mine = await logIn(app, username, { 'user-agent': firefox })
    const sessions = await listSessions(app, mine.access_token)
    expect(sessions.map(({ id, is_current }) => [id, is_current])).toEqual([
      [sidOf(mine), true],
      [sidOf(tokens[0]), false],
    ])
    expect(sessions[0]).toEqual({
      id: sidOf(mine),
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      last_seen_at: sessions[0]?.created_at,
      expires_at: expect.any(String),
      address: '127.0.0.1',
      device: 'Firefox on Linux',
      is_current: true,
      is_key: false,
      amr: ['pwd'],
      ended_at: null,
      end_reason: null,
    })
    expect(Math.abs(Date.parse(String(sessions[0]?.created_at)) - begunAt)).toBeLessThan(10_000)
    expect(JSON.stringify(sessions)).not.toContain(firefox)
  })

  it('shows a refresh as the last time a session was seen', async () => {
    const { tokens } = await somebody(1)
    app.clock.advance(2 * MINUTE)
    const later = (await refresh(app, tokens[0].refresh_token)).json as V1Tokens
    const [session] = await listSessions(app, later.access_token)
    const seenAfterMs = Date.parse(String(session?.last_seen_at)) - Date.parse(String(session?.created_at))
    expect(seenAfterMs).toBeGreaterThanOrEqual(2 * MINUTE)
  })

  it('ends one, at once and with its reason, and leaves the others alone', async () => {
    const { tokens } = await somebody(3)
    const [first, second, third] = tokens
    const ended = await sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${sidOf(first)}`, as(second))
    expect([ended.status, ended.text]).toEqual([204, ''])
    expect(await meet(app, first.access_token)).toEqual([401, 401, 'logged_out_elsewhere'])
    expect(codeOf(await refresh(app, first.refresh_token))).toBe('logged_out_elsewhere')
    for (const living of [second, third]) expect(await meet(app, living.access_token)).toEqual([200, 200, undefined])
    expect((await listSessions(app, third.access_token)).map(({ id }) => id)).toEqual([sidOf(third), sidOf(second)])
    const all = await listSessions(app, third.access_token, '?ended=true')
    expect(all.find(({ id }) => id === sidOf(first))).toMatchObject({
      end_reason: 'logged_out_elsewhere',
      ended_at: expect.any(String),
    })
  })

  it('ends the current one as a logout, and a second time succeeds too', async () => {
    const [mine, other] = (await somebody(2)).tokens
    await sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${sidOf(mine)}`, as(mine))
    expect(await meet(app, mine.access_token)).toEqual([401, 401, 'logout'])
    const again = await sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${sidOf(mine)}`, as(other))
    expect(again.status).toBe(204)
    expect(codeOf(await refresh(app, mine.refresh_token))).toBe('logout')
  })

  it.each(['', '%00', '..', '__proto__', "a'%20or%201=1", 'x'.repeat(3_000), '%F0%9F%94%91'])(
    'does not find a session called %j',
    async (id) => {
      const [mine] = (await somebody(1)).tokens
      const answer = await sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${id}x`, as(mine))
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
    },
  )

  it('does not let anybody end the session of somebody else', async () => {
    const [mine] = (await somebody(1)).tokens
    const [theirs] = (await somebody(1)).tokens
    const answer = await sendJson(app.url, 'DELETE', `/api/v1/me/sessions/${sidOf(theirs)}`, as(mine))
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
    expect(await meet(app, theirs.access_token)).toEqual([200, 200, undefined])
  })

  it('ends all others', async () => {
    const { tokens } = await somebody(4)
    const [mine, ...others] = tokens
    const answer = await sendJson(app.url, 'POST', '/api/v1/me/sessions/end-others', as(mine))
    expect([answer.status, answer.json]).toEqual([200, { ended: 3 }])
    for (const one of others) expect(await meet(app, one.access_token)).toEqual([401, 401, 'logged_out_elsewhere'])
    expect(await meet(app, mine.access_token)).toEqual([200, 200, undefined])
  })

  it('ends all, for users who have logged in recently', async () => {
    const { tokens, username } = await somebody(2)
    const stranger = (await somebody(1)).tokens[0]
    app.clock.advance(4 * MINUTE)
    const mine = await logIn(app, username)
    const answer = await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', as(mine))
    expect([answer.status, answer.json]).toEqual([200, { ended: 3 }])
    expect(await meet(app, mine.access_token)).toEqual([401, 401, 'logout'])
    for (const one of tokens) expect(codeOf(await refresh(app, one.refresh_token))).toBe('logged_out_elsewhere')
    expect(await meet(app, stranger.access_token)).toEqual([200, 200, undefined])
  })

  it('ends none for a user whose login is old, however often it was refreshed', async () => {
    const { tokens, username } = await somebody(1)
    app.clock.advance(15 * MINUTE)
    const refreshed = (await refresh(app, tokens[0].refresh_token)).json as V1Tokens
    const answer = await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', as(refreshed))
    expect([answer.status, codeOf(answer)]).toEqual([403, 'recent_login_required'])
    expect(await meet(app, refreshed.access_token)).toEqual([200, 200, undefined])
    expect((await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', as(await logIn(app, username)))).status).toBe(200)
  })

  describe('for administrators', () => {
    it('lists and ends those of any account', async () => {
      const root = await logIn(app, 'root')
      const { id, tokens } = await somebody(3)
      const [first, second, third] = tokens
      const list = await sendJson(app.url, 'GET', `/api/v1/admin/sessions?account_id=${id}`, as(root))
      expect((list.json as { sessions: { id: string; is_current: boolean }[] }).sessions).toEqual(
        [third, second, first].map((one) => expect.objectContaining({ id: sidOf(one), is_current: false })),
      )
      const one = await sendJson(app.url, 'DELETE', `/api/v1/admin/sessions/${sidOf(first)}`, as(root))
      expect(one.status).toBe(204)
      expect(await meet(app, first.access_token)).toEqual([401, 401, 'administrator'])
      const all = await sendJson(app.url, 'DELETE', `/api/v1/admin/sessions?account_id=${id}`, as(root))
      expect([all.status, all.json]).toEqual([200, { ended: 2 }])
      for (const living of [second, third])
        expect(await meet(app, living.access_token)).toEqual([401, 401, 'administrator'])
      expect(await meet(app, root.access_token)).toEqual([200, 200, undefined])
    })

    it.each([
      ['GET', '/api/v1/admin/sessions?account_id=1'],
      ['DELETE', '/api/v1/admin/sessions?account_id=1'],
      ['DELETE', '/api/v1/admin/sessions/abc'],
      ['GET', '/api/v1/admin/events'],
      ['GET', '/api/v1/admin/keys'],
      ['POST', '/api/v1/admin/keys/rotate'],
      ['POST', '/api/v1/admin/keys/abc/retire'],
    ])('alone: %s %s is refused to others', async (method, path) => {
      const [mine] = (await somebody(1)).tokens
      expect(codeOf(await sendJson(app.url, method, path, as(mine)))).toBe('permission_denied')
      const anonymous = await sendJson(app.url, method, path)
      expect([anonymous.status, codeOf(anonymous)]).toEqual([401, 'not_authenticated'])
    })

    it('requires an account id, as a number', async () => {
      const root = await logIn(app, 'root')
      const unnamed = await sendJson(app.url, 'DELETE', '/api/v1/admin/sessions', as(root))
      expect([unnamed.status, codeOf(unnamed)]).toEqual([400, 'invalid_fields'])
      for (const query of ['?account_id=', '?account_id=0', '?account_id=1e300', '?account_id=1&account_id=2']) {
        const answer = await sendJson(app.url, 'GET', `/api/v1/admin/sessions${query}`, as(root))
        expect([query, answer.status, codeOf(answer)]).toEqual([query, 400, 'invalid_fields'])
      }
    })

    it('says that there is no such session', async () => {
      const root = await logIn(app, 'root')
      const answer = await sendJson(app.url, 'DELETE', '/api/v1/admin/sessions/0123456789abcdef', as(root))
      expect([answer.status, codeOf(answer)]).toEqual([404, 'not_found'])
    })
  })
})
