import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startMailedApp } from '../support/mailed-app.ts'
import { addTotp, type Challenge, challengeFor, complete, logInWith, post } from '../support/second-factors.ts'
import { softwareAuthenticator } from '../support/software-authenticator.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import {
  addAccount,
  addAdministrator,
  claimsOf,
  codeOf,
  listSessions,
  logIn,
  logOut,
  PASSWORD,
  refresh,
} from '../support/v1-client.ts'

const DAY = 86_400_000
const ORIGIN = 'https://auth.example.org'
const NEW_PASSWORD = 'copper-lantern-of-the-harbour'
const shared = { COMPATIBILITY: 'simplejwt', ALGORITHM: 'HS256', DJOSER: 'true' }

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An access token that another server issued under the same key, with claims of its own. */
function foreignAccess(app: TestApp, id: number, claims: object = {}): string {
  const iat = Math.floor(app.clock.now() / 1_000) - 1
  const body = { token_type: 'access', exp: iat + 280, iat, jti: `foreign-${id}`, user_id: id, ...claims }
  const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(body)}`
  return `${input}.${createHmac('sha256', TEST_SECRET_KEY).update(input).digest('base64url')}`
}

const hasTokens = ({ text }: JsonAnswer) => /"(access|access_token|auth_token|refresh|refresh_token)"\s*:/.test(text)
const profile = (app: TestApp, token: string) => sendJson(app.url, 'GET', '/api/users/profile/', { token })
const changePassword = (app: TestApp, token: string) =>
  sendJson(app.url, 'POST', '/api/change-password/', {
    token,
    body: { old_password: PASSWORD, new_password: NEW_PASSWORD },
  })

describe.each(databases)('ways around a second factor on $name:', (database) => {
  let app: TestApp
  let close: () => Promise<void>
  afterEach(() => close())

  async function start(settings: Record<string, string> = {}): Promise<TestApp> {
    app = await startTestApp({ database, settings })
    close = () => app.close()
    return app
  }

  it('an access token of another server under the same key is refused once the account has a factor here', async () => {
    await start(shared)
    const ann = await addAccount(app, 'ann')
    const bob = await addAccount(app, 'bob')
    expect((await profile(app, foreignAccess(app, ann.id))).status).toBe(200)
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    expect((await profile(app, foreignAccess(app, ann.id))).status).toBe(401)
    expect((await profile(app, foreignAccess(app, bob.id))).status).toBe(200)
    const claims = { amr: ['pwd', 'otp', 'mfa'], acr: '2', auth_time: Math.floor(app.clock.now() / 1_000) }
    expect((await profile(app, foreignAccess(app, ann.id, claims))).status).toBe(401)
  })

  it("a token that names somebody else's session has proven nothing, whatever its claims say", async () => {
    await start(shared)
    const ann = await addAccount(app, 'ann')
    await addAccount(app, 'eve')
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const phoneOfEve = await addTotp(app, (await logIn(app, 'eve')).access_token)
    const ofEve = await logInWith(app, 'eve', phoneOfEve)
    const claims = { sid: claimsOf(ofEve.access_token).sid, amr: ['mfa'], acr: '2' }
    const forged = () => foreignAccess(app, ann.id, { ...claims, auth_time: Math.floor(app.clock.now() / 1_000) })
    expect((await changePassword(app, forged())).status).toBe(403)
    expect((await post(app, '/me/factors', { factor: 'totp' }, forged())).status).toBe(403)
    expect((await post(app, '/me/step-up', { factor: 'totp', code: phoneOfEve.code() }, forged())).status).toBe(401)
    expect((await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', { token: forged() })).status).toBe(403)
    // Nor did it end or change the session that it named.
    const [session] = await listSessions(app, ofEve.access_token)
    expect(session).toMatchObject({ end_reason: null, amr: ['pwd', 'otp', 'mfa'] })
    expect((await logIn(app, 'ann').catch(String)).toString()).toContain('second_factor_required')
  })

  it('a session that has ended has proven nothing, even if CHECK_SESSION=false still accepts its token', async () => {
    await start(shared)
    await addAccount(app, 'ann')
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const tokens = await logInWith(app, 'ann', phone)
    await logOut(app, tokens.refresh_token)
    expect((await profile(app, tokens.access_token)).status).toBe(200)
    expect((await changePassword(app, tokens.access_token)).status).toBe(403)
    const stepUp = await post(app, '/me/step-up', { factor: 'totp', code: phone.code() }, tokens.access_token)
    expect(stepUp.status).toBe(401)
  })

  it('a key, which is never refreshed, ends at its next use after the grace period', async () => {
    await start({ ...shared, SECOND_FACTOR_REQUIRED_FOR: 'staff', SECOND_FACTOR_GRACE: '14d' })
    await addAccount(app, 'boss', { isStaff: true })
    await addAccount(app, 'ann')
    const keyOf = async (username: string) => {
      const body = { username, password: PASSWORD }
      return ((await sendJson(app.url, 'POST', '/auth/token/login/', { body })).json as { auth_token: string })
        .auth_token
    }
    const [ofBoss, ofAnn] = [await keyOf('boss'), await keyOf('ann')]
    const use = async (key: string) =>
      (await sendJson(app.url, 'GET', '/auth/users/me/', { headers: { authorization: `Token ${key}` } })).status
    app.clock.advance(13 * DAY)
    expect([await use(ofBoss), await use(ofAnn)]).toEqual([200, 200])
    app.clock.advance(2 * DAY)
    const racers = await Promise.all(Array.from({ length: 16 }, () => use(ofBoss)))
    expect([new Set(racers), await use(ofAnn)]).toEqual([new Set([401]), 200])
    const events = await app.app.database.read.selectFrom('audit_events').select('event').execute()
    expect(events.filter(({ event }) => event === 'session.ended')).toHaveLength(1)
    const again = await sendJson(app.url, 'POST', '/auth/token/login/', {
      body: { username: 'boss', password: PASSWORD },
    })
    expect([again.status, again.json]).toMatchObject([
      401,
      { code: 'second_factor_required', factors: [], enrollable: ['totp'] },
    ])
  })

  it('a challenge token is not a token of any other kind, and no other token is a challenge', async () => {
    await start({ DJOSER: 'true', LOGIN_BY_MAIL: 'true' })
    await addAccount(app, 'ann', { email: 'ann@example.net' })
    const tokens = await logIn(app, 'ann')
    const phone = await addTotp(app, tokens.access_token)
    const { challenge_token } = await challengeFor(app, 'ann')
    expect((await refresh(app, challenge_token)).status).toBe(401)
    for (const path of ['/api/token/refresh/', '/auth/jwt/refresh/', '/api/token/blacklist/']) {
      expect([path, (await sendJson(app.url, 'POST', path, { body: { refresh: challenge_token } })).status]).toEqual([
        path,
        401,
      ])
    }
    const verify = await sendJson(app.url, 'POST', '/api/token/verify/', { body: { token: challenge_token } })
    expect(verify.status).toBe(401)
    expect((await profile(app, challenge_token)).status).toBe(401)
    for (const scheme of ['Bearer', 'JWT', 'Token']) {
      const headers = { authorization: `${scheme} ${challenge_token}` }
      expect((await sendJson(app.url, 'GET', '/auth/users/me/', { headers })).status).toBe(401)
      expect((await sendJson(app.url, 'GET', '/api/v1/me', { headers })).status).toBe(401)
    }
    for (const other of [tokens.access_token, tokens.refresh_token, 'A'.repeat(43), '']) {
      const answer = await complete(app, { challenge_token: other } as Challenge, {
        factor: 'totp',
        code: phone.code(),
      })
      expect([answer.status >= 400 && answer.status < 500, hasTokens(answer)]).toEqual([true, false])
    }
  })

  it('a challenge that was completed cannot be completed again, not even with a fresh code', async () => {
    await start({ DJOSER: 'true' })
    await addAccount(app, 'ann')
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const challenge = await challengeFor(app, 'ann')
    expect((await complete(app, challenge, { factor: 'totp', code: phone.code() })).status).toBe(200)
    app.clock.advance(30_000)
    const replay = { ...challenge, factor: 'totp', code: phone.code() }
    expect(codeOf(await complete(app, challenge, replay))).toBe('challenge_not_valid')
    const asKey = await sendJson(app.url, 'POST', '/auth/token/login/', {
      body: { challenge_token: challenge.challenge_token, factor: 'totp', code: phone.code() },
    })
    expect([asKey.status, hasTokens(asKey)]).toEqual([401, false])
  })

  it('factors and challenges of two accounts do not mix, in a login or in a session', async () => {
    await start({ PUBLIC_URL: ORIGIN })
    for (const name of ['ann', 'eve']) await addAccount(app, name)
    const [ofAnn, ofEve] = [(await logIn(app, 'ann')).access_token, (await logIn(app, 'eve')).access_token]
    const phoneOfAnn = await addTotp(app, ofAnn)
    const phoneOfEve = await addTotp(app, ofEve)
    const key = softwareAuthenticator(ORIGIN)
    const { options } = (await post(app, '/me/factors', { factor: 'passkey' }, ofEve)).json as { options: never }
    await post(app, '/me/factors/confirm', { factor: 'passkey', credential: key.register(options) }, ofEve)

    const annsSecond = await challengeFor(app, 'ann')
    const evesSecond = await challengeFor(app, 'eve')
    const begun = await post(app, '/login/second-factor/begin', {
      challenge_token: evesSecond.challenge_token,
      factor: 'passkey',
    })
    const credential = key.authenticate((begun.json as { options: never }).options)
    expect((await complete(app, annsSecond, { factor: 'passkey', credential })).status).toBe(401)
    expect((await complete(app, annsSecond, { factor: 'totp', code: phoneOfEve.code() })).status).toBe(401)

    // Step-up: with somebody else's proof, with their challenge, and with the challenge of a login.
    const session = (await logInWith(app, 'ann', phoneOfAnn)).access_token
    const wrong = await post(app, '/me/step-up', { factor: 'totp', code: phoneOfEve.code() }, session)
    expect([wrong.status, wrong.json]).toMatchObject([400, { errors: [{ field: 'code' }] }])
    const step = await post(app, '/me/step-up/begin', { factor: 'passkey' }, ofEve)
    const { challenge_token, options: stepOptions } = step.json as { challenge_token: string; options: never }
    const proof = key.authenticate(stepOptions)
    const stolen = await post(app, '/me/step-up', { factor: 'passkey', challenge_token, credential: proof }, session)
    expect(codeOf(stolen)).toBe('challenge_not_valid')
    const ofLogin = { factor: 'totp', challenge_token: annsSecond.challenge_token, code: phoneOfAnn.code() }
    expect(codeOf(await post(app, '/me/step-up', ofLogin, session))).toBe('challenge_not_valid')
    const asLogin = await complete(app, { challenge_token } as Challenge, { factor: 'totp', code: phoneOfEve.code() })
    expect(codeOf(asLogin)).toBe('challenge_not_valid')
  })

  it('a factor that is removed while a login waits for it completes nothing', async () => {
    await start({ PUBLIC_URL: ORIGIN })
    await addAccount(app, 'ann')
    const token = (await logIn(app, 'ann')).access_token
    const phone = await addTotp(app, token)
    const key = softwareAuthenticator(ORIGIN)
    const { options } = (await post(app, '/me/factors', { factor: 'passkey' }, token)).json as { options: never }
    const added = await post(
      app,
      '/me/factors/confirm',
      { factor: 'passkey', credential: key.register(options) },
      token,
    )
    const { factor } = added.json as { factor: { id: string } }
    const waiting = await challengeFor(app, 'ann')
    const begun = await post(app, '/login/second-factor/begin', {
      challenge_token: waiting.challenge_token,
      factor: 'passkey',
    })
    const credential = key.authenticate((begun.json as { options: never }).options)
    const remove = (id: string) => sendJson(app.url, 'DELETE', `/api/v1/me/factors/${id}`, { token })
    expect((await remove(factor.id)).status).toBe(204)
    for (const proof of [
      { factor: 'passkey', credential },
      { factor: 'totp', code: phone.code() },
    ]) {
      expect(codeOf(await complete(app, waiting, proof))).toBe('challenge_not_valid')
    }
    const other = await challengeFor(app, 'ann')
    expect((await remove(phone.id)).status).toBe(204)
    expect(codeOf(await complete(app, other, { factor: 'totp', code: phone.code() }))).toBe('challenge_not_valid')
    await logIn(app, 'ann')
  })

  it('the cookie of a trusted device works for no other account, and not after a new password', async () => {
    await start({ TRUSTED_DEVICE_LIFETIME: '30d' })
    for (const name of ['ann', 'eve']) await addAccount(app, name)
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    await addTotp(app, (await logIn(app, 'eve')).access_token)
    const challenge = await challengeFor(app, 'ann')
    const trusting = { factor: 'totp', code: phone.code(), trust_device: true, mode: 'cookie' }
    const done = await complete(app, challenge, trusting)
    const cookies = (done.headers?.['set-cookie'] ?? []) as readonly string[]
    const cookie =
      [cookies]
        .flat()
        .find((one) => one.includes('latchkey_device='))
        ?.split(';')[0] ?? ''
    expect(cookie).not.toBe('')
    const at = (username: string, password: string, path = '/api/v1/login') =>
      sendJson(app.url, 'POST', path, { body: { username, password, mode: 'cookie' }, headers: { cookie } })
    expect((await at('ann', PASSWORD)).status).toBe(200)
    expect(codeOf(await at('eve', PASSWORD))).toBe('second_factor_required')
    expect((await at('ann', PASSWORD, '/api/token/')).status).toBe(401)
    app.clock.advance(30_000)
    const session = (await logInWith(app, 'ann', phone)).access_token
    expect((await changePassword(app, session)).status).toBe(200)
    expect(codeOf(await at('ann', NEW_PASSWORD))).toBe('second_factor_required')
  })

  it('an invitation logs nobody in, and neither does its form if sent again once the account has a factor', async () => {
    const at = await startMailedApp(database)
    app = at.app
    close = () => at.close()
    await addAdministrator(app, 'boss')
    const boss = (await logIn(app, 'boss')).access_token
    await at.post('/api/v1/admin/invitations', { email: 'ann@example.net' }, boss)
    const [mail] = await at.mail()
    const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
    const form = { token, username: 'ann', password: PASSWORD }
    const accepted = await at.post('/api/v1/invitations/accept', form)
    expect([accepted.status, hasTokens(accepted)]).toEqual([200, false])
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const again = await at.post('/api/v1/invitations/accept', form)
    expect(hasTokens(again)).toBe(false)
    expect(again.headers).not.toHaveProperty('set-cookie')
    await challengeFor(app, 'ann')
    // An invitation to the address of that account creates another account, and touches no factor.
    await at.mail()
    await at.post('/api/v1/admin/invitations', { email: 'ann@example.net' }, boss)
    const second = /token=([\w-]+)/.exec((await at.mail())[0]?.text ?? '')?.[1]
    const taken = await at.post('/api/v1/invitations/accept', { ...form, token: second })
    expect([taken.status >= 400, hasTokens(taken)]).toEqual([true, false])
    await challengeFor(app, 'ann')
  })
})
