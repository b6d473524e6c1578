import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
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
  meet,
  PASSWORD,
  refresh,
  rotated,
  type V1Tokens,
} from '../support/v1-client.ts'
import { expectRefusedEverywhere, serviceSettings } from './token-endpoints.ts'

const NEW_PASSWORD = 'another horse 10'

/** Faults of similar products in what ends a session, and in what does not. */
describe.each(databases)('sessions on $name', (database) => {
  describe.each(['HS256', 'ES256'])('with tokens of %s', (ALGORITHM) => {
    let app: TestApp
    let ann: { id: number }
    let tokens: V1Tokens
    let others: V1Tokens

    beforeAll(async () => {
      app = await startTestApp({ database, settings: { ALGORITHM, ...serviceSettings } })
    })
    beforeEach(async () => {
      app = await app.reset()
      ann = await addAccount(app, 'ann')
      await addAccount(app, 'ben')
      tokens = await logIn(app, 'ann')
      others = await logIn(app, 'ben')
      // So that a cache would know them.
      expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    })
    afterEach(async () => {
      expect((await meet(app, others.access_token))[0]).toBe(200)
      expect((await refresh(app, others.refresh_token)).status).toBe(200)
    })
    afterAll(() => app.close())

    async function expectOver({ access_token, refresh_token }: V1Tokens): Promise<void> {
      await expectRefusedEverywhere(app, access_token)
      await expectRefusedEverywhere(app, refresh_token, { mayBeEnded: true })
    }

    it('CVE-2024-22513 and #814 SimpleJWT, GHSA-56p6-qw3c-fq2g Directus, CVE-2026-43983 Pocket ID: a deactivation ends them on every path', async () => {
      await app.administer('deactivate', 'ann')
      await expectOver(tokens)
      const body = { username: 'ann', password: PASSWORD }
      for (const path of ['/api/v1/login', '/api/login/', '/api/token/', '/api/users/authentication/']) {
        expect((await sendJson(app.url, 'POST', path, { body })).status).toBe(401)
      }
    })

    it('GHSA-2vg6-77g8-24mp Better Auth, SimpleJWT of 2026: a deletion ends them, and looks like a deactivation', async () => {
      await addAccount(app, 'cat')
      const barred = await logIn(app, 'cat')
      await app.administer('deactivate', 'cat')
      await app.administer('delete', 'ann')
      const [answer, likened] = await Promise.all(
        [tokens, barred].map(({ refresh_token }) =>
          sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: refresh_token } }),
        ),
      )
      expect([answer?.status, answer?.text]).toEqual([401, likened?.text])
      await expectOver(tokens)
    })

    it('CVE-2026-55670 Zitadel: an account with a reused name gets nothing else of the deleted one', async () => {
      await app.administer('delete', 'ann')
      const successor = await addAccount(app, 'ann')
      expect(successor.id).not.toBe(ann.id)
      await expectOver(tokens)
      expect(claimsOf((await logIn(app, 'ann')).access_token).user_id).toBe(successor.id)
    })

    it('CVE-2025-3930 Strapi, CVE-2025-53826 File Browser: a logout ends the access token too', async () => {
      await logOut(app, tokens.refresh_token)
      await expectOver(tokens)
    })

    it.each([
      ['the classic contract', 'POST', '/api/change-password/', { old_password: PASSWORD, new_password: NEW_PASSWORD }],
      ['v1', 'POST', '/api/v1/me/password', { old_password: PASSWORD, new_password: NEW_PASSWORD }],
    ])(
      'CVE-2026-22706 Strapi: a password change by %s ends all others, without being asked to',
      async (_, method, path, body) => {
        const mine = await logIn(app, 'ann')
        const changed = await sendJson(app.url, method, path, { token: mine.access_token, body })
        expect(changed.status).toBeLessThan(300)
        await expectOver(tokens)
        expect(await meet(app, mine.access_token)).toEqual([200, 200, undefined])
      },
    )

    it('CVE-2026-28396, CVE-2026-53928 NocoDB: a password that an administrator has set leaves no refresh token valid', async () => {
      await addAdministrator(app, 'root')
      const { access_token: token } = await logIn(app, 'root')
      const body = { password: NEW_PASSWORD }
      const set = await sendJson(app.url, 'POST', `/api/v1/admin/users/${ann.id}/password`, { token, body })
      expect(set.status).toBeLessThan(300)
      await expectOver(tokens)
    })

    it('GHSA-392p-2q2v-4372 Better Auth, CVE-2026-1035 Keycloak: a refresh token is used once, even by many at once', async () => {
      const answers = await Promise.all(Array.from({ length: 16 }, () => refresh(app, tokens.refresh_token)))
      const successors = new Set(answers.map(({ json }) => (json as V1Tokens).refresh_token))
      expect(successors.size).toBe(1)
      app.clock.advance(10_000)
      const late = await Promise.all(Array.from({ length: 16 }, () => refresh(app, tokens.refresh_token)))
      expect(new Set(late.map(codeOf))).toEqual(new Set(['replayed']))
      await expectRefusedEverywhere(app, [...successors][0] ?? '')
    })

    it('CVE-2026-9802 Keycloak: tokens that were used or ended stay so after a restart', async () => {
      const next = await rotated(app, tokens.refresh_token)
      const out = await logIn(app, 'ann')
      await logOut(app, out.refresh_token)
      app.clock.advance(10_000)
      app = await app.restart()
      await expectOver(out)
      expect(codeOf(await refresh(app, tokens.refresh_token))).toBe('replayed')
      await expectOver(next)
    })

    it('GHSA-pw9m-5jxm-xr6h Better Auth: no kind of token is accepted as another', async () => {
      const { access_token, refresh_token } = tokens
      for (const path of ['/api/v1/me', '/api/v1/me/sessions', '/api/v1/admin/users', '/api/protected/']) {
        expect((await sendJson(app.url, 'GET', path, { token: refresh_token })).status).toBe(401)
      }
      for (const path of ['/api/v1/refresh', '/api/v1/logout']) {
        const body = { refresh_token: access_token }
        expect((await sendJson(app.url, 'POST', path, { body })).status).toBe(401)
      }
      for (const path of ['/api/token/refresh/', '/api/token/refresh-and-verify/', '/api/token/blacklist/']) {
        expect((await sendJson(app.url, 'POST', path, { body: { refresh: access_token } })).status).toBe(401)
      }
      expect(await meet(app, access_token)).toEqual([200, 200, undefined])
      expect((await refresh(app, refresh_token)).status).toBe(200)
    })
  })
})
