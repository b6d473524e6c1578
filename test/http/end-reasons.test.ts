import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
  logOut,
  meet,
  PASSWORD,
  refresh,
  rotated,
  type V1Tokens,
} from '../support/v1-client.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

describe.each(databases)('why a user was signed out, on $name', (database) => {
  let app: TestApp
  let ann: { id: number }
  let tokens: V1Tokens

  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  beforeEach(async () => {
    app = await app.reset()
    ann = await addAccount(app, 'ann')
    tokens = await logIn(app, 'ann')
  })
  afterAll(() => app.close())

  /** Both tokens are refused on every path, and v1 says why. */
  async function expectOver(reason: string, { access_token, refresh_token } = tokens): Promise<void> {
    expect(await meet(app, access_token)).toEqual([401, 401, reason])
    const byV1 = await refresh(app, refresh_token)
    expect([byV1.status, codeOf(byV1)]).toEqual([401, reason])
    const classic = await sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: refresh_token } })
    expect(classic.status).toBe(401)
    for (const token of [access_token, refresh_token]) {
      const verified = await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token } })
      expect([400, 401]).toContain(verified.status)
    }
  }

  async function reasonInAuditLog(): Promise<unknown> {
    const { read } = app.app.database
    const row = read.selectFrom('audit_events').select('facts').where('event', '=', 'session.ended')
    return JSON.parse((await row.orderBy('id', 'desc').executeTakeFirstOrThrow()).facts).reason
  }

  it('is shown after a logout', async () => {
    await logOut(app, tokens.refresh_token)
    await expectOver('logout')
    expect(await reasonInAuditLog()).toBe('logout')
  })

  it('is shown after a logout by the classic contract', async () => {
    await sendJson(app.url, 'POST', '/api/token/blacklist/', { body: { refresh: tokens.refresh_token } })
    await expectOver('logout')
  })

  it('is shown after a password change elsewhere, and the session that made it continues', async () => {
    const other = await logIn(app, 'ann')
    const body = { old_password: PASSWORD, new_password: 'another horse 10' }
    const changed = await sendJson(app.url, 'POST', '/api/change-password/', { token: other.access_token, body })
    expect(changed.status).toBe(200)
    await expectOver('password_changed')
    expect(await meet(app, other.access_token)).toEqual([200, 200, undefined])
    expect(await reasonInAuditLog()).toBe('password_changed')
  })

  it('is shown after a deactivation, even if the account is active again', async () => {
    await app.administer('deactivate', 'ann')
    await expectOver('deactivated')
    await app.administer('activate', 'ann')
    await expectOver('deactivated')
    const root = await addAdministrator(app, 'root').then(() => logIn(app, 'root'))
    const list = await sendJson(app.url, 'GET', `/api/v1/admin/sessions?account_id=${ann.id}&ended=true`, {
      token: root.access_token,
    })
    expect(list.json).toMatchObject({ sessions: [{ end_reason: 'deactivated' }] })
  })

  it('is shown after a deletion', async () => {
    await app.administer('delete', 'ann')
    await expectOver('deleted')
  })

  it('is shown if the session was idle for too long, while the session is remembered', async () => {
    const { access_token } = await rotated(app, tokens.refresh_token)
    const { refresh_token } = await logIn(app, 'ann')
    app.clock.advance(DAY)
    const answer = await refresh(app, refresh_token)
    expect([answer.status, codeOf(answer)]).toEqual([401, 'idle'])
    expect(codeOf(await logOut(app, refresh_token))).toBe('idle')
    expect((await meet(app, access_token)).slice(0, 2)).toEqual([401, 401])
    const mine = await logIn(app, 'ann')
    const ended = await listSessions(app, mine.access_token, '?ended=true')
    expect(ended.map(({ end_reason }) => end_reason)).toEqual([null, 'idle', 'idle'])
    expect(await listSessions(app, mine.access_token)).toHaveLength(1)
  })

  it('is shown at the absolute end, which rotation has not postponed', async () => {
    const short = await app.another({
      SESSION_LIFETIME: '3m',
      REFRESH_TOKEN_LIFETIME: '2m',
      ACCESS_TOKEN_LIFETIME: '1m',
    })
    let { refresh_token } = await logIn(short, 'ann')
    for (let minute = 0; minute < 2; minute++) {
      app.clock.advance(MINUTE)
      const next = await rotated(short, refresh_token)
      refresh_token = next.refresh_token
      expect(next.refresh_expires_in).toBeLessThanOrEqual(120 - (minute * MINUTE) / 1_000)
    }
    app.clock.advance(MINUTE)
    const answer = await refresh(short, refresh_token)
    expect([answer.status, codeOf(answer)]).toEqual([401, 'expired'])
  })

  it('is shown for an expired refresh token of a session that had ended before', async () => {
    await logOut(app, tokens.refresh_token)
    app.clock.advance(DAY)
    expect(codeOf(await refresh(app, tokens.refresh_token))).toBe('logout')
  })

  it('is not shown for an expired refresh token whose session continues', async () => {
    app.clock.advance(DAY - MINUTE)
    const next = await rotated(app, tokens.refresh_token)
    app.clock.advance(MINUTE)
    expect(codeOf(await refresh(app, tokens.refresh_token))).toBe('token_not_valid')
    expect((await refresh(app, next.refresh_token)).status).toBe(200)
  })

  it('is not shown to somebody who invents a token', async () => {
    await logOut(app, tokens.refresh_token)
    const [header, , signature] = tokens.refresh_token.split('.')
    const claims = { ...claimsOf(tokens.refresh_token), exp: 1 }
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
    expect(codeOf(await refresh(app, forged))).toBe('token_not_valid')
  })
})
