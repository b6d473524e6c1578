import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { recordEvent } from '../../src/audit/audit-store.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, logIn, logOut, PASSWORD } from '../support/v1-client.ts'

const SECRET = 'plain-and-long-enough-for-a-service'
const headers = { authorization: `Basic ${Buffer.from(`orders:${SECRET}`).toString('base64')}` }
const server = { actor: 'server', address: '', userAgent: '' } as const
const MINUTE = 60_000
const REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const DISABLED = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled'
const PURGED = 'https://schemas.openid.net/secevent/risc/event-type/account-purged'

type Page = { events: string[]; next: string; has_more: boolean }
type SecurityEventClaims = {
  events: Record<string, unknown>
  sub_id: { session?: { id: string }; user?: { sub: string } }
}

describe.each(databases)('the feed of ended sessions on $name', (database) => {
  let app: TestApp
  let ann: { id: number }
  let person = ''
  let people = 0

  beforeAll(async () => {
    app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: `orders:${SECRET}` } })
  })
  afterAll(() => app.close())
  beforeEach(async () => {
    // Events of the earlier tests no longer matter to anybody.
    app.clock.advance(10 * MINUTE)
    person = `person${++people}`
    ann = await addAccount(app, person)
  })

  const follow = (after?: string, wait = 0, by = app) => followAt(by, after, wait)
  const sidOf = (token: string) => claimsOf(token).sid

  it('reports a session that ended, signed with the key in the JWK Set', async () => {
    const { access_token, refresh_token } = await logIn(app, person)
    await logOut(app, refresh_token)
    const page = await follow()
    expect(page).toEqual({ events: [expect.any(String)], next: expect.any(String), has_more: false })
    const [event = ''] = page.events
    const issuer = app.config.tokens.issuer
    const { payload, protectedHeader } = await jwtVerify(
      event,
      createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`)),
      { typ: 'secevent+jwt', ...(issuer !== undefined && { issuer }) },
    )
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: decodeProtectedHeader(access_token).kid })
    expect(payload).toMatchObject({
      sub_id: {
        format: 'complex',
        session: { format: 'opaque', id: sidOf(access_token) },
        user: { format: 'iss_sub', sub: String(ann.id) },
      },
      events: { [REVOKED]: { initiating_entity: 'user', reason_admin: { en: 'logout' } } },
    })
  })

  it('reports deactivated and deleted accounts, whose sessions all end with them', async () => {
    const ben = await addAccount(app, 'ben')
    await logIn(app, person)
    await app.administer('deactivate', person)
    await app.administer('delete', 'ben')
    const told = readEvents(await follow()).map(({ events, sub_id }) => [Object.keys(events)[0], sub_id])
    expect(told).toEqual([
      [DISABLED, expect.objectContaining({ format: 'iss_sub', sub: String(ann.id) })],
      [PURGED, expect.objectContaining({ format: 'iss_sub', sub: String(ben.id) })],
    ])
  })

  it('continues at its position, and reports nothing twice', async () => {
    const [first, second] = [await logIn(app, person), await logIn(app, person)]
    await logOut(app, first.refresh_token)
    const one = await follow()
    expect(await follow(one.next)).toMatchObject({ events: [], has_more: false })
    await logOut(app, second.refresh_token)
    const two = await follow(one.next)
    expect(sessionsIn(two)).toEqual([sidOf(second.access_token)])
    expect(await follow(two.next)).toMatchObject({ events: [] })
  })

  it('reports each of the sessions that a password change ends', async () => {
    const others = [await logIn(app, person), await logIn(app, person), await logIn(app, person)]
    const mine = await logIn(app, person)
    const body = { old_password: PASSWORD, new_password: 'another horse 10' }
    await sendJson(app.url, 'POST', '/api/change-password/', { token: mine.access_token, body })
    const told = sessionsIn(await follow())
    expect(told.toSorted()).toEqual(others.map(({ access_token }) => sidOf(access_token)).toSorted())
  })

  it('reports in pages, to the last event', async () => {
    const many = Array.from({ length: 230 }, (_, nth) => ({ sid: `${nth}`.padStart(32, '0') }))
    await app.app.database.inTransaction(async (tx) => {
      for (const { sid } of many) {
        const facts = { accountId: ann.id, sessionId: sid, reason: 'administrator', origin: server } as const
        await recordEvent(tx, app.clock.now(), 'session.ended', facts)
      }
    })
    const told: unknown[] = []
    for (let page = await follow(); ; page = await follow(page.next)) {
      told.push(...sessionsIn(page))
      if (!page.has_more) break
    }
    expect(told).toEqual(many.map(({ sid }) => sid))
  })

  it('leaves out what no live access token could need', async () => {
    const { refresh_token } = await logIn(app, person)
    await logOut(app, refresh_token)
    const { next } = await follow()
    app.clock.advance(7 * MINUTE)
    expect(await follow()).toMatchObject({ events: [] })
    expect(await follow(next)).toMatchObject({ events: [] })
    const late = await logIn(app, person)
    await logOut(app, late.refresh_token)
    expect(sessionsIn(await follow(next))).toEqual([sidOf(late.access_token)])
  })

  it('waits for events, including those of another process, and no longer than requested', async () => {
    const other = await app.another()
    const { access_token, refresh_token } = await logIn(other, person)
    const { next } = await follow()
    const waiting = follow(next, 30)
    await logOut(other, refresh_token)
    expect(sessionsIn(await waiting)).toEqual([sidOf(access_token)])
    expect(await follow((await waiting).next, 1)).toMatchObject({ events: [] })
  })

  it('works the same at any process', async () => {
    const other = await app.another()
    const { refresh_token } = await logIn(app, person)
    await logOut(app, refresh_token)
    const page = await follow(undefined, 0, other)
    expect(page.events).toHaveLength(1)
    expect(await follow(page.next)).toMatchObject({ events: [] })
  })

  it('starts at the beginning for a position that this database has not reached', async () => {
    const { access_token, refresh_token } = await logIn(app, person)
    await logOut(app, refresh_token)
    expect(sessionsIn(await follow('900.900.'))).toEqual([sidOf(access_token)])
  })

  it.each(['x', '1.2', "1.1.' or 1=1", '-1.1.', `${'9'.repeat(40)}.1.`])('refuses the position %j', async (after) => {
    const answer = await sendJson(app.url, 'GET', `/api/v1/session-events?after=${encodeURIComponent(after)}`, {
      headers,
    })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
  })

  it.each(['31', '-1', 'x'])('refuses to wait %s seconds', async (wait) => {
    const answer = await sendJson(app.url, 'GET', `/api/v1/session-events?wait=${wait}`, { headers })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
  })

  it('is for services alone', async () => {
    const { access_token } = await logIn(app, person)
    expect((await sendJson(app.url, 'GET', '/api/v1/session-events', { token: access_token })).status).toBe(401)
  })

  it('returns no token that anything else accepts', async () => {
    const { refresh_token } = await logIn(app, person)
    await logOut(app, refresh_token)
    const [event = ''] = (await follow()).events
    const asAccess = await sendJson(app.url, 'GET', '/api/v1/me/sessions', { token: event })
    expect(asAccess.status).toBe(401)
    const asRefresh = await sendJson(app.url, 'POST', '/api/v1/refresh', { body: { refresh_token: event } })
    expect(asRefresh.status).toBe(401)
    expect((await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: event } })).status).toBe(401)
    const asked = await sendJson(app.url, 'POST', '/api/v1/introspect', { body: { token: event }, headers })
    expect(asked.json).toEqual({ active: false })
  })

  it('releases waiting requests when the server stops', async () => {
    const other = await app.another()
    const waiting = follow((await follow()).next, 30, other)
    await sendJson(other.url, 'GET', '/healthz')
    const [page] = await Promise.all([waiting, other.close()])
    expect(page).toMatchObject({ events: [] })
  })
})

const concurrent = databases.filter(({ name }) => name === 'PostgreSQL')

describe.each(concurrent)('the feed of ended sessions on $name, where transactions overlap', (database) => {
  it('reports an event that is committed after one with a larger number', async () => {
    const app = await startTestApp({ database, settings: { SERVICE_CREDENTIALS: `orders:${SECRET}` } })
    const { inTransaction } = app.app.database
    const record = (tx: Parameters<Parameters<typeof inTransaction>[0]>[0], sessionId: string) =>
      recordEvent(tx, app.clock.now(), 'session.ended', { accountId: 1, sessionId, reason: 'logout', origin: server })
    const [numbered, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]

    const slow = inTransaction(async (tx) => {
      await record(tx, 'first')
      numbered.resolve()
      await released.promise
    })
    await numbered.promise
    await inTransaction((tx) => record(tx, 'second'))
    const before = await followAt(app)
    expect(sessionsIn(before)).toEqual(['second'])
    expect((await followAt(app, before.next)).events).toEqual([])
    released.resolve()
    await slow
    const after = await followAt(app, before.next)
    expect(sessionsIn(after)).toEqual(['first', 'second'])
    const jtis = (page: Page) => page.events.map((event) => claimsOf(event).jti)
    expect(jtis(after)[1]).toBe(jtis(before)[0])
    expect((await followAt(app, after.next)).events).toEqual([])
    await app.close()
  })
})

async function followAt({ url }: TestApp, after?: string, wait = 0): Promise<Page> {
  const query = new URLSearchParams({ ...(after !== undefined && { after }), wait: String(wait) })
  const answer = await sendJson(url, 'GET', `/api/v1/session-events?${query}`, { headers })
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json as Page
}

function readEvents({ events }: Page): SecurityEventClaims[] {
  return events.map((event) => claimsOf(event) as SecurityEventClaims)
}

function sessionsIn(page: Page): (string | undefined)[] {
  return readEvents(page).map(({ sub_id }) => sub_id.session?.id)
}
