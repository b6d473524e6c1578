import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  claimsOf,
  codeOf,
  logIn,
  logOut,
  refresh,
  rotated,
} from '../support/v1-client.ts'

type WireEvent = {
  id: number
  at: string
  event: string
  account_id: number
  username?: string
  actor: { type: string; account_id?: number; username?: string }
  facts: object
}
type Page = { events: WireEvent[]; next: number | null }

describe.each(databases)('the audit log on v1, on $name', (database) => {
  let app: TestApp
  let root: string
  let ann: { id: number }

  beforeAll(async () => {
    app = await startTestApp({ database })
    const { id: rootId } = await addAdministrator(app, 'root')
    expect(rootId).toBeGreaterThan(0)
    ann = await addAccount(app, 'ann')
    root = (await logIn(app, 'root')).access_token
  })
  afterAll(() => app.close())

  async function read(token: string, path: string): Promise<Page> {
    const answer = await sendJson(app.url, 'GET', `/api/v1/${path}`, { token })
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.json as Page
  }

  it('shows users what happened to them, and nobody else', async () => {
    const mine = await logIn(app, 'ann', { 'user-agent': 'my browser' })
    const other = await logIn(app, 'ann')
    await logOut(app, other.refresh_token)
    await sendJson(app.url, 'POST', '/api/v1/login', { body: { username: 'ann', password: 'wrong' } })
    const { events } = await read(mine.access_token, 'me/events')
    expect(events.map(({ event, actor }) => [event, actor])).toEqual([
      ['login.failed', { type: 'anonymous' }],
      ['session.ended', { type: 'anonymous' }],
      ['login.succeeded', { type: 'account', account_id: ann.id }],
      ['login.succeeded', { type: 'account', account_id: ann.id }],
      ['account.created', { type: 'command_line' }],
    ])
    expect(events[3]).toEqual({
      id: expect.any(Number),
      at: expect.stringMatching(/Z$/),
      event: 'login.succeeded',
      account_id: ann.id,
      session_id: claimsOf(mine.access_token).sid,
      actor: { type: 'account', account_id: ann.id },
      address: '127.0.0.1',
      user_agent: 'my browser',
      facts: { amr: ['pwd'] },
    })
  })

  it('does not show users which administrator acted, or from where', async () => {
    const { access_token } = await logIn(app, 'ann')
    const doomed = await logIn(app, 'ann')
    const path = `/api/v1/admin/sessions/${claimsOf(doomed.access_token).sid}`
    await sendJson(app.url, 'DELETE', path, { token: root, headers: { 'user-agent': 'the console' } })
    const [shown] = (await read(access_token, 'me/events?limit=1')).events
    expect(shown).toMatchObject({ event: 'session.ended', actor: { type: 'account' }, address: '', user_agent: '' })
    expect(shown?.actor).toEqual({ type: 'account' })
    const [whole] = (await read(root, 'admin/events?limit=1')).events
    expect(whole).toMatchObject({
      actor: { type: 'account', account_id: expect.any(Number) },
      user_agent: 'the console',
    })
  })

  it('reports a replay, and says how far behind it was, in the words of v1', async () => {
    const { refresh_token } = await logIn(app, 'ann')
    await rotated(app, refresh_token)
    app.clock.advance(11_000)
    expect(codeOf(await refresh(app, refresh_token))).toBe('replayed')
    const { events } = await read(root, `admin/events?account_id=${ann.id}&event=refresh.replayed`)
    expect(events).toMatchObject([{ facts: { generations_behind: 1 } }])
  })

  it('is read in pages, each event once', async () => {
    const whole = await read(root, 'admin/events?limit=200')
    expect(whole.next).toBeNull()
    const found: WireEvent[] = []
    let page = await read(root, 'admin/events?limit=3')
    for (; page.next !== null; page = await read(root, `admin/events?limit=3&before=${page.next}`))
      found.push(...page.events)
    found.push(...page.events)
    expect(found).toEqual(whole.events)
    expect(found.length).toBeGreaterThan(6)
  })

  it('is searched by account, event and time', async () => {
    const { events } = await read(root, `admin/events?account_id=${ann.id}&event=login.failed`)
    expect(events).toHaveLength(1)
    const later = new Date(app.clock.now() + 1_000).toISOString()
    expect((await read(root, `admin/events?since=${later}`)).events).toEqual([])
    const [first] = (await read(root, 'admin/events?limit=200')).events.slice(-1)
    expect((await read(root, `admin/events?limit=200&since=${first?.at}`)).events.at(-1)).toEqual(first)
  })

  it('is searched by actor, and names both sides', async () => {
    const { id } = await addAccount(app, 'cleo')
    await sendJson(app.url, 'POST', `/api/v1/admin/users/${id}/deactivate`, { token: root })
    const [latest] = (await read(root, `admin/events?limit=1`)).events
    expect(latest).toMatchObject({ event: 'account.deactivated', username: 'cleo', actor: { username: 'root' } })
    const actor = latest?.actor.account_id
    const byRoot = (await read(root, `admin/events?actor_id=${actor}&limit=200`)).events
    expect(byRoot.map(({ event }) => event)).toContain('account.deactivated')
    expect(new Set(byRoot.map(({ actor }) => actor.username))).toEqual(new Set(['root']))
    await app.administer('delete', 'cleo')
    const [gone] = (await read(root, `admin/events?account_id=${id}&limit=1`)).events
    expect(gone).toMatchObject({ event: 'account.deleted', username: null })
  })

  it.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'before=0',
    'before=1e300',
    "before=1'--",
    'event=nothing',
    'since=today',
    'since=2016-12-31T23:59:60Z',
    'account_id=-1',
  ])('refuses %s', async (query) => {
    const answer = await sendJson(app.url, 'GET', `/api/v1/admin/events?${query}`, { token: root })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
  })

  it('is filtered by the client address and by email addresses, and shows one event', async () => {
    await addAccount(app, 'cara', { email: 'cara@example.org' })
    await logIn(app, 'cara')
    const found = (query: string) => read(root, `admin/events?event=login.succeeded&${query}`)
    const { events } = await found('username=CARA%40example.org')
    expect(events.map(({ username }) => username)).toEqual(['cara'])
    const { address } = events[0] as unknown as { address: string }
    expect((await found(`address=${address}&limit=1`)).events).toHaveLength(1)
    expect((await found(`address=${address.slice(0, 5)}&limit=1`)).events).toHaveLength(1)
    expect((await found('address=203.0.113.')).events).toEqual([])
    expect((await found('address=%25')).events).toEqual([])
    const one = await sendJson(app.url, 'GET', `/api/v1/admin/events/${events[0]?.id}`, { token: root })
    expect(one.json).toEqual(events[0])
    for (const id of ['0', '99999999', 'x']) {
      expect((await sendJson(app.url, 'GET', `/api/v1/admin/events/${id}`, { token: root })).status).toBe(404)
    }
    const { access_token: token } = await logIn(app, 'cara')
    expect((await sendJson(app.url, 'GET', `/api/v1/admin/events/${events[0]?.id}`, { token })).status).toBe(403)
  })
})
