import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pruneExpired } from '../../src/flows/upkeep/prune.ts'
import { signJwt } from '../../src/tokens/jwt.ts'
import { createHmacJwtKey } from '../../src/tokens/jwt-key.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  claimsOf,
  codeOf,
  logIn,
  logOut,
  meet,
  PASSWORD,
  refresh,
  rotated,
  type V1Tokens,
} from '../support/v1-client.ts'

const DAY = 86_400_000
const WITH_WINDOW = { REFRESH_RETRY_WINDOW: '10s', REUSE_ENDS_SESSION: 'true', CHECK_SESSION: 'true' }

/** SimpleJWT's own tokens, after Latchkey has taken its place with the same SECRET_KEY. */
describe.each(databases)('a refresh token of SimpleJWT on $name', (database) => {
  let app: TestApp
  let ann: { id: number }

  beforeEach(async () => {
    app = await startTestApp({ database, settings: { COMPATIBILITY: 'simplejwt', BLACKLIST_AFTER_ROTATION: 'true' } })
    ann = await addAdministrator(app, 'ann')
  })
  afterEach(() => app.close())

  /** As SimpleJWT creates it: without `kid` and `sid`. */
  function aForeignToken(jti: string, lifetimeMs = DAY): string {
    const iat = Math.floor(app.clock.now() / 1_000) - 60
    const claims = { token_type: 'refresh', exp: iat + lifetimeMs / 1_000, iat, jti, user_id: ann.id }
    return signJwt(createHmacJwtKey({ secret: TEST_SECRET_KEY }), { typ: 'JWT' }, claims)
  }

  it('is used up by its first use, as in SimpleJWT', async () => {
    const token = aForeignToken('spent')
    const next = await rotated(app, token)
    expect(codeOf(await refresh(app, token))).toBe('replayed')
    expect((await refresh(app, next.refresh_token)).status).toBe(200)
  })

  it('may be sent again inside the retry window, if there is one, and ends its session after that', async () => {
    app = await app.restart(WITH_WINDOW)
    const token = aForeignToken('again')
    const answers = await Promise.all(Array.from({ length: 16 }, () => refresh(app, token)))
    expect(answers.map(({ status }) => status)).toEqual(Array(16).fill(200))
    const successors = new Set(answers.map(({ json }) => (json as V1Tokens).refresh_token))
    expect(successors.size).toBe(1)
    app.clock.advance(10_000)
    expect(codeOf(await refresh(app, token))).toBe('replayed')
    expect(codeOf(await refresh(app, [...successors][0] ?? ''))).toBe('replayed')
  })

  it('ends its session even inside the window once its successor was used', async () => {
    app = await app.restart(WITH_WINDOW)
    const token = aForeignToken('late')
    const next = await rotated(app, token)
    const last = await rotated(app, next.refresh_token)
    expect(codeOf(await refresh(app, token))).toBe('replayed')
    expect((await meet(app, last.access_token))[2]).toBe('replayed')
  })

  it.each([
    ['ROTATE_REFRESH_TOKENS', { ROTATE_REFRESH_TOKENS: 'false' }],
    ['BLACKLIST_AFTER_ROTATION', { BLACKLIST_AFTER_ROTATION: 'false' }],
  ])('works until it expires without %s, as in SimpleJWT by default', async (_, settings) => {
    app = await app.restart(settings)
    const token = aForeignToken('kept')
    for (let time = 0; time < 3; time++) {
      expect((await refresh(app, token)).status).toBe(200)
      app.clock.advance(DAY / 4)
    }
    app.clock.advance(DAY / 4)
    expect((await refresh(app, token)).status).toBe(401)
  })

  it('is of no use to another account, whether a session of ours issued it or began with it', async () => {
    const ben = await addAccount(app, 'ben')
    const { refresh_token: issued } = await logIn(app, 'ann')
    const foreign = aForeignToken('lent')
    for (const token of [issued, foreign]) {
      const claims = { ...claimsOf(token), user_id: ben.id }
      const lent = signJwt(createHmacJwtKey({ secret: TEST_SECRET_KEY }), { typ: 'JWT' }, claims)
      if (token === foreign) expect((await refresh(app, token)).status).toBe(200)
      expect((await refresh(app, lent)).status).toBe(401)
      expect((await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: lent } })).status).not.toBe(200)
    }
    expect((await refresh(app, issued)).status).toBe(200)
  })

  it('is ended for good by a logout in either case', async () => {
    app = await app.restart({ ROTATE_REFRESH_TOKENS: 'false' })
    const token = aForeignToken('out')
    await refresh(app, token)
    const out = await sendJson(app.url, 'POST', '/api/token/blacklist/', { body: { refresh: token } })
    expect(out.status).toBe(200)
    expect(codeOf(await refresh(app, token))).toBe('logout')
  })

  it('stays used up for as long as it could live, although its session is long forgotten (CVE-2026-9802)', async () => {
    app = await app.restart({ REFRESH_TOKEN_LIFETIME: '1h' })
    const [used, ended] = [aForeignToken('used', 30 * DAY), aForeignToken('ended', 30 * DAY)]
    for (const token of [used, ended]) await rotated(app, token)
    await logOut(app, ended)
    app.clock.advance(3 * DAY)
    expect(await pruneExpired(app.app.database, app.clock.now())).toBe(2)
    for (const token of [used, ended]) expect((await refresh(app, token)).status).toBe(401)
    app.clock.advance(28 * DAY)
    expect(await pruneExpired(app.app.database, app.clock.now())).toBe(2)
  })

  it('is void after a password change or a deactivation, if those end sessions, although it was never used here', async () => {
    app = await app.restart({ REVOKE_ON_PASSWORD_CHANGE: 'true', END_SESSIONS_ON_DEACTIVATION: 'true' })
    const [first, second] = [aForeignToken('before'), aForeignToken('before it too')]
    expect((await refresh(app, aForeignToken('unharmed'))).status).toBe(200)
    const { access_token: token } = await logIn(app, 'ann')
    const body = { old_password: PASSWORD, new_password: 'another horse 10' }
    expect((await sendJson(app.url, 'POST', '/api/change-password/', { token, body })).status).toBe(200)
    expect((await refresh(app, first)).status).toBe(401)
    await app.administer('deactivate', 'ann')
    await app.administer('activate', 'ann')
    expect((await refresh(app, second)).status).toBe(401)
  })

  it('does not count as a recent login: nobody knows when its owner logged in', async () => {
    const { access_token: token } = await rotated(app, aForeignToken('old'))
    const answer = await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', { token })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'recent_login_required'])
  })
})
