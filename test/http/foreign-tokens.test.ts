import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signJwt } from '../../src/tokens/jwt.ts'
import { createHmacJwtKey } from '../../src/tokens/jwt-key.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, logIn, meet, refresh, type V1Tokens } from '../support/v1-client.ts'

const MINUTE = 60
const DAY = 1_440 * MINUTE

/** The signing key has leaked here: everything that can be forged is forged with it. */
describe.each(databases)('a token whose signature is right, on $name', (database) => {
  let app: TestApp
  let elsewhere: TestApp
  let ann: { id: number }
  let ben: { id: number }
  let tokens: V1Tokens

  beforeAll(async () => {
    const settings = { ALGORITHM: 'HS256', ISSUER: 'us' }
    ;[app, elsewhere] = [await startTestApp({ database, settings }), await startTestApp({ database, settings })]
    for (const server of [app, elsewhere]) {
      ann = await addAccount(server, 'ann')
      ben = await addAccount(server, 'ben')
    }
    tokens = await logIn(app, 'ann')
  })
  afterAll(async () => {
    await app.close()
    await elsewhere.close()
  })

  const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

  /** The token with other claims, signed as the server signs. */
  function altered(token: string, changes: Record<string, unknown>): string {
    const { kid, typ } = headerOf(token)
    return signJwt(createHmacJwtKey({ kid, secret: TEST_SECRET_KEY }), { typ }, { ...claimsOf(token), ...changes })
  }

  async function expectAccessRefused(token: string): Promise<void> {
    expect((await meet(app, token)).slice(0, 2)).toEqual([401, 401])
    expect((await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token } })).status).toBe(401)
  }

  async function expectRefreshRefused(token: string): Promise<void> {
    const answer = await refresh(app, token)
    expect([answer.status, codeOf(answer)]).toEqual([401, 'token_not_valid'])
    for (const path of ['token/refresh', 'token/refresh-and-verify', 'token/blacklist']) {
      const classic = await sendJson(app.url, 'POST', `/api/${path}/`, { body: { refresh: token } })
      expect([path, classic.status]).toEqual([path, 401])
    }
    expect((await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token } })).status).toBe(401)
  }

  it('is accepted if nothing else is wrong with it, so that the other tests mean something', async () => {
    expect(await meet(app, altered(tokens.access_token, {}))).toEqual([200, 200, undefined])
    expect(
      (await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: altered(tokens.refresh_token, {}) } }))
        .status,
    ).toBe(200)
  })

  it('is refused if another database issued it, although secret, issuer and account fit', async () => {
    const theirs = await logIn(elsewhere, 'ann')
    expect(headerOf(theirs.access_token)).toEqual(headerOf(tokens.access_token))
    await expectAccessRefused(theirs.access_token)
    await expectRefreshRefused(theirs.refresh_token)
  })

  it('is refused if it names another account than its session does', async () => {
    const changes = { user_id: ben.id, sub: String(ben.id) }
    await expectAccessRefused(altered(tokens.access_token, changes))
    await expectRefreshRefused(altered(tokens.refresh_token, changes))
    expect(ben.id).not.toBe(ann.id)
  })

  it('is refused if two of its claims name two accounts', async () => {
    for (const changes of [{ sub: String(ben.id) }, { sub: '' }, { sub: ann.id }, { user_id: ben.id }]) {
      await expectAccessRefused(altered(tokens.access_token, changes))
      await expectRefreshRefused(altered(tokens.refresh_token, changes))
    }
  })

  it.each([
    ['a session that never existed', { sid: '0'.repeat(32) }],
    ['no session', { sid: undefined }],
    ['a session that is not a text', { sid: ['x'] }],
    ['nobody', { user_id: undefined }],
    ['an account that never existed', { user_id: 4_711 }],
    ['another issuer', { iss: 'them' }],
    ['an issuer with a slightly different spelling', { iss: 'us.' }],
    ['issuers in a list', { iss: ['us'] }],
  ])('is refused if it names %s', async (_, changes) => {
    await expectAccessRefused(altered(tokens.access_token, changes))
    await expectRefreshRefused(altered(tokens.refresh_token, changes))
  })

  it('is refused if it lives longer than its session says, or began before it', async () => {
    const [access, refreshed] = [claimsOf(tokens.access_token), claimsOf(tokens.refresh_token)]
    await expectAccessRefused(altered(tokens.access_token, { exp: Number(access.exp) + MINUTE }))
    await expectAccessRefused(
      altered(tokens.access_token, { iat: Number(access.iat) - 2 * MINUTE, exp: Number(access.exp) - 2 * MINUTE }),
    )
    await expectAccessRefused(altered(tokens.access_token, { exp: Number(access.exp) - MINUTE }))
    await expectAccessRefused(
      altered(tokens.access_token, { iat: Number(access.iat) + 1, exp: Number(access.exp) + 1 }),
    )
    await expectRefreshRefused(altered(tokens.refresh_token, { exp: Number(refreshed.exp) + 10 * DAY }))
    await expectRefreshRefused(
      altered(tokens.refresh_token, { exp: Number(refreshed.exp) + 1, iat: Number(refreshed.iat) + 1 }),
    )
    await expectRefreshRefused(
      altered(tokens.refresh_token, { iat: Number(refreshed.iat) - DAY, exp: Number(refreshed.exp) - 1 }),
    )
  })

  it('is refused if its session never issued it', async () => {
    const { jti } = claimsOf(tokens.refresh_token)
    const next = `${String(jti).slice(0, -1)}1`
    const { jti: other } = claimsOf((await logIn(app, 'ann')).access_token)
    for (const forged of ['0'.repeat(32), other, jti]) {
      await expectAccessRefused(altered(tokens.access_token, { jti: forged }))
    }
    for (const forged of [next, '0'.repeat(32), `${jti}0`, 7, undefined, 'x']) {
      const answer = await refresh(app, altered(tokens.refresh_token, { jti: forged }))
      expect(answer.status).toBe(401)
    }
    expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
  })
})
