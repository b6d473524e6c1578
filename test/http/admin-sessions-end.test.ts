import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, codeOf, logIn, rotated } from '../support/v1-client.ts'

describe.each(databases)('ending sessions by a filter on $name', (database) => {
  let app: TestApp
  let token: string

  beforeAll(async () => {
    app = await startTestApp({ database })
    await addAdministrator(app, 'root')
    token = (await logIn(app, 'root')).access_token
  })
  afterAll(() => app.close())

  const end = (body: unknown, as = token) =>
    sendJson(app.url, 'POST', '/api/v1/admin/sessions/end', { token: as, body })
  const running = async (username: string) => {
    const path = `/api/v1/admin/sessions?username=${username}`
    return ((await sendJson(app.url, 'GET', path, { token })).json as { sessions: unknown[] }).sessions.length
  }

  it('ends those of one account, page by page, and none for an account that does not exist', async () => {
    await addAccount(app, 'ann')
    await addAccount(app, 'bob')
    for (const name of ['ann', 'ann', 'ann', 'bob']) await logIn(app, name)
    expect((await end({ filter: { username: 'nobody' } })).json).toEqual({ ended: 0, failed: 0, next: null })
    expect((await end({ filter: { username: 'ann' } })).json).toEqual({ ended: 3, failed: 0, next: null })
    expect([await running('ann'), await running('bob')]).toEqual([0, 1])
    const ended = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=session.ended&username=ann&actor=root', {
      token,
    })
    expect((ended.json as { events: unknown[] }).events).toHaveLength(3)
  })

  it('spares the session that asks, and counts those of accounts with more rights', async () => {
    await addAccount(app, 'helper', { isStaff: true, permissions: ['sessions.delete', 'sessions.view'] } as never)
    await logIn(app, 'root')
    const { access_token: helper } = await logIn(app, 'helper')
    const { json } = await end({ filter: {} }, helper)
    expect(json).toEqual({ ended: 1, failed: 2, next: null })
    expect([await running('root'), await running('helper'), await running('bob')]).toEqual([2, 1, 0])
  })

  it('ends all that match in one request, reports its progress, and records who did it', async () => {
    await addAccount(app, 'eve')
    for (let number = 0; number < 3; number++) await logIn(app, 'eve')
    const stream = (body: unknown, as = token) =>
      sendJson(app.url, 'POST', '/api/v1/admin/sessions/end/stream', { token: as, body })
    const linesOf = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    const { status, text, headers } = await stream({ filter: { username: 'eve' } })
    expect([status, headers['content-type']]).toEqual([200, ['application/x-ndjson']])
    const counts = { ended: 3, failed: 0, next: null }
    expect(linesOf(text)).toEqual([
      { ...counts, end: null, problem: null },
      { ...counts, end: 'finished', problem: null },
    ])
    expect(await running('eve')).toBe(0)
    const { json } = await sendJson(app.url, 'GET', '/api/v1/admin/events?event=bulk.ended', { token })
    expect((json as { events: unknown[] }).events).toMatchObject([
      {
        actor: { username: 'root' },
        facts: { action: 'end_matching_sessions', done: 3, failed: 0, is_complete: true },
      },
    ])
    const { access_token: plain } = await logIn(app, 'eve')
    expect((await stream({ filter: {} }, plain)).status).toBe(403)
    for (const wrong of [{}, { filter: { user: 'eve' } }, { filter: {}, cursor: 'x' }]) {
      expect([wrong, (await stream(wrong)).status]).toEqual([wrong, 400])
    }
    expect(await running('eve')).toBe(1)
  })

  it('does not treat a missing or misspelt filter as all sessions', async () => {
    expect((await end({})).status).toBe(400)
    expect((await end({ filter: { user: 'ann' } })).status).toBe(400)
    expect((await end({ filter: {}, cursor: 'x' })).status).toBe(400)
    expect(await running('root')).toBe(2)
  })

  it('needs the permission and a recent login', async () => {
    await addAccount(app, 'viewer', { isStaff: true, permissions: ['sessions.view'] } as never)
    const { access_token: viewer } = await logIn(app, 'viewer')
    expect((await end({ filter: {} }, viewer)).status).toBe(403)
    const { refresh_token } = await logIn(app, 'root')
    app.clock.advance(3_600_000)
    const { access_token: stale } = await rotated(app, refresh_token)
    expect(codeOf(await end({ filter: {} }, stale))).toBe('recent_login_required')
  })

  it('reads the audit log up to a given time', async () => {
    const { access_token: fresh } = await logIn(app, 'root')
    const ask = async (query: string) =>
      (
        (await sendJson(app.url, 'GET', `/api/v1/admin/events?${query}`, { token: fresh })).json as {
          events: unknown[]
        }
      ).events.length
    const now = new Date(app.clock.now() - 300_000).toISOString()
    const [all, before, after] = [
      await ask('limit=200'),
      await ask(`until=${now}&limit=200`),
      await ask(`since=${now}`),
    ]
    expect(before + after).toBe(all)
    expect(Math.min(before, after)).toBeGreaterThan(0)
    expect(await ask('until=2020-01-01T00:00:00Z')).toBe(0)
  })
})
