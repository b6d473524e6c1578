import { afterEach, describe, expect, it } from 'vitest'
import { startSession } from '../../src/sessions/session-store.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, addAdministrator, codeOf, listSessions, logIn, refresh } from '../support/v1-client.ts'

/** More than are ended row by row at once. */
const MANY = 300

describe.each(databases)('an account with very many sessions on $name', (database) => {
  let app: TestApp
  afterEach(() => app.close())

  /** The account, its first session and its last one, with very many in between. */
  async function start(settings: Record<string, string> = {}) {
    app = await startTestApp({ database, settings: { MAXIMUM_SESSIONS_PER_ACCOUNT: 'none', ...settings } })
    const { id } = await addAccount(app, 'ann')
    const first = await logIn(app, 'ann')
    const now = app.clock.now()
    app.clock.advance(10_000)
    await app.app.database.inTransaction(async (tx) => {
      for (let index = 0; index < MANY; index++) {
        const createdAt = now + index
        const times = { createdAt, refreshedAt: createdAt, refreshExpiresAt: now + 86_400_000, expiresAt: undefined }
        const chain = { refreshSeed: `seed${index}`, refreshGeneration: 0, refreshKid: undefined }
        const who = {
          address: '192.0.2.1',
          userAgent: 'a bot',
          amr: ['pwd'],
          provenAt: 0,
          endedAt: undefined,
          endReason: undefined,
        }
        await startSession(tx, { id: `bot${index}`, accountId: id, ...times, ...chain, ...who })
      }
    })
    return { id, first, last: await logIn(app, 'ann') }
  }

  const statusOf = async (token: string) => (await sendJson(app.url, 'GET', '/api/v1/me', { token })).status

  it.each(['none', 'simplejwt'])('ends all others at once, with COMPATIBILITY=%s', async (COMPATIBILITY) => {
    const { first, last } = await start({ COMPATIBILITY, CHECK_SESSION: 'true' })
    const ended = await sendJson(app.url, 'POST', '/api/v1/me/sessions/end-others', { token: last.access_token })
    expect([ended.status, ended.json]).toEqual([200, { ended: MANY + 1 }])
    expect([await statusOf(first.access_token), await statusOf(last.access_token)]).toEqual([401, 200])
    const refused = await refresh(app, first.refresh_token)
    expect([refused.status, codeOf(refused)]).toEqual([401, 'logged_out_elsewhere'])
    const next = await logIn(app, 'ann')
    expect(await statusOf(next.access_token)).toBe(200)
    expect(await listSessions(app, next.access_token)).toHaveLength(2)
    const listed = await listSessions(app, next.access_token, '?ended=true&limit=200')
    const over = listed.filter(({ end_reason }) => end_reason !== null)
    expect(new Set(over.map(({ end_reason }) => end_reason))).toEqual(new Set(['logged_out_elsewhere']))
  })

  it('ends all of them for an administrator, and for a new password', async () => {
    const { id, first, last } = await start()
    await addAdministrator(app, 'root')
    const { access_token: token } = await logIn(app, 'root')
    const { json } = await sendJson(app.url, 'DELETE', `/api/v1/admin/sessions?account_id=${id}`, { token })
    expect(json).toEqual({ ended: MANY + 2 })
    expect([await statusOf(first.access_token), await statusOf(last.access_token)]).toEqual([401, 401])
  })

  it('is exported page by page, and deleted', async () => {
    const { last } = await start()
    const { status, json } = await sendJson(app.url, 'GET', '/api/v1/me/export', { token: last.access_token })
    expect([status, (json as { sessions: unknown[] }).sessions.length]).toEqual([200, MANY + 2])
    const body = { password: 'correct horse 9' }
    expect((await sendJson(app.url, 'DELETE', '/api/v1/me', { token: last.access_token, body })).status).toBe(204)
    expect(await statusOf(last.access_token)).toBe(401)
  })
})
