import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import {
  addTotp,
  authenticatorApp,
  challengeFor,
  complete,
  logInWith,
  post,
  saveRecoveryCodes,
} from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf, listSessions, logIn, meet, PASSWORD } from '../support/v1-client.ts'

const MINUTE = 60_000

describe.each(databases)('second factors on $name', (database) => {
  let app: TestApp
  let token: string

  beforeAll(async () => {
    app = await startTestApp({ database })
  })
  beforeEach(async () => {
    app = await app.reset()
    await addAccount(app, 'ann')
    token = (await logIn(app, 'ann')).access_token
  })
  afterAll(() => app.close())

  it('change nothing for accounts that have none', async () => {
    const listed = await sendJson(app.url, 'GET', '/api/v1/me/factors', { token })
    expect(listed.json).toEqual({ factors: [], available: expect.arrayContaining(['totp', 'recovery_code']) })
    await logIn(app, 'ann')
  })

  it('are asked for once an authenticator app was confirmed, and not while its enrolment is pending', async () => {
    const begun = await post(app, '/me/factors', { factor: 'totp' }, token)
    const { secret, uri } = begun.json as { secret: string; uri: string }
    expect(uri).toContain(`secret=${secret}`)
    await logIn(app, 'ann')
    const phone = authenticatorApp(app, secret)
    const wrong = await post(app, '/me/factors/confirm', { factor: 'totp', code: '000000' }, token)
    expect([wrong.status, wrong.json]).toMatchObject([400, { errors: [{ field: 'code', fault: 'wrong_proof' }] }])
    expect((await post(app, '/me/factors/confirm', { factor: 'totp', code: phone.code() }, token)).status).toBe(201)
    const challenge = await challengeFor(app, 'ann')
    expect(challenge).toMatchObject({ factors: ['totp'], expires_in: 300 })
    expect(challenge).not.toHaveProperty('access_token')
  })

  it('complete a login with the code of the app, and the session says so', async () => {
    const phone = await addTotp(app, token)
    const tokens = await logInWith(app, 'ann', phone)
    expect(await meet(app, tokens.access_token)).toEqual([200, 200, undefined])
    const [session] = await listSessions(app, tokens.access_token)
    expect(session?.amr).toEqual(['pwd', 'otp', 'mfa'])
  })

  it('accept a code once, and a challenge once, even in a race', async () => {
    const phone = await addTotp(app, token)
    const [one, other] = [await challengeFor(app, 'ann'), await challengeFor(app, 'ann')]
    const proof = { factor: 'totp', code: phone.code() }
    const racers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => complete(app, index % 2 === 0 ? one : other, proof)),
    )
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(racers.filter(({ status }) => status >= 500)).toEqual([])
    const third = await challengeFor(app, 'ann')
    expect((await complete(app, third, proof)).status).toBe(401)
    app.clock.advance(30_000)
    expect((await complete(app, third, { factor: 'totp', code: phone.code() })).status).toBe(200)
    expect(codeOf(await complete(app, third, { factor: 'totp', code: phone.code(1) }))).toBe('challenge_not_valid')
  })

  it('accept codes of the step before and after, unless TOTP_LEEWAY_STEPS says otherwise', async () => {
    const phone = await addTotp(app, token)
    const status = async (steps: number) =>
      (await complete(app, await challengeFor(app, 'ann'), { factor: 'totp', code: phone.code(steps) })).status
    app.clock.advance(10 * MINUTE)
    expect(await status(-2)).toBe(401)
    expect(await status(2)).toBe(401)
    expect(await status(-1)).toBe(200)
    expect(await status(1)).toBe(200)
    // A step before the last used one has passed.
    expect(await status(0)).toBe(401)
    app = await app.restart({ TOTP_LEEWAY_STEPS: '0' })
    app.clock.advance(10 * MINUTE)
    expect(await status(-1)).toBe(401)
    expect(await status(0)).toBe(200)
  })

  it('invalidate a challenge after five minutes, after five wrong codes, and with the password', async () => {
    const phone = await addTotp(app, token)
    const late = await challengeFor(app, 'ann')
    app.clock.advance(5 * MINUTE)
    expect(codeOf(await complete(app, late, { factor: 'totp', code: phone.code() }))).toBe('challenge_not_valid')

    const guessed = await challengeFor(app, 'ann')
    const guess = () => complete(app, guessed, { factor: 'totp', code: '000000' })
    for (let time = 0; time < 5; time++) expect(codeOf(await guess())).toBe('second_factor_not_valid')
    const right = await complete(app, guessed, { factor: 'totp', code: phone.code() })
    expect(codeOf(right)).toBe('challenge_not_valid')

    const stale = await challengeFor(app, 'ann')
    const changed = { old_password: PASSWORD, new_password: 'staple of another battery' }
    const fresh = (await logInWith(app, 'ann', phone)).access_token
    expect((await post(app, '/me/password', changed, fresh)).status).toBe(204)
    expect(codeOf(await complete(app, stale, { factor: 'totp', code: phone.code() }))).toBe('challenge_not_valid')
  })

  it('are refused for the challenge of another account', async () => {
    const phone = await addTotp(app, token)
    await addAccount(app, 'eve')
    await addTotp(app, (await logIn(app, 'eve')).access_token)
    const ofEve = await challengeFor(app, 'eve')
    expect(codeOf(await complete(app, ofEve, { factor: 'totp', code: phone.code() }))).toBe('second_factor_not_valid')
  })

  it('make the classic login fail closed, in the form of Django REST framework', async () => {
    await addTotp(app, token)
    for (const path of ['/api/login/', '/api/token/', '/token/', '/api/users/authentication/']) {
      const answer = await sendJson(app.url, 'POST', path, { body: { username: 'ann', password: PASSWORD } })
      expect([path, answer.status, answer.json]).toEqual([
        path,
        401,
        {
          detail: 'A second factor is required to log in.',
          code: 'second_factor_required',
          challenge_token: expect.any(String),
          factors: ['totp'],
          expires_in: 300,
        },
      ])
    }
  })

  it('count wrong codes across challenges and factors, so that new challenges give no new attempts', async () => {
    app = await app.restart({ RATE_LIMITS: 'on', LIMIT_LOGIN_PER_ADDRESS: 'off' })
    const phone = await addTotp(app, token)
    const statuses: number[] = []
    for (let time = 0; time < 12; time++) {
      const proof = time % 2 ? { factor: 'totp', code: '000000' } : { factor: 'recovery_code', code: '0AAA-AAAA-AAAA' }
      statuses.push((await complete(app, await challengeFor(app, 'ann'), proof)).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    const right = { factor: 'totp', code: phone.code() }
    expect((await complete(app, await challengeFor(app, 'ann'), right)).status).toBe(429)
    app.clock.advance(15 * MINUTE)
  })

  it('can be replaced by recovery codes, each once, after their owner has saved them', async () => {
    const { recoveryCodes = [] } = await addTotp(app, token)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    const withCode = async (code: string) =>
      complete(app, await challengeFor(app, 'ann'), { factor: 'recovery_code', code })
    expect((await withCode(first)).status).toBe(401)
    await saveRecoveryCodes(app, token)
    expect((await challengeFor(app, 'ann')).factors).toEqual(['totp', 'recovery_code'])
    expect((await withCode(first.toLowerCase().replaceAll('-', ' '))).status).toBe(200)
    expect((await withCode(first)).status).toBe(401)
    const racers = await Promise.all(Array.from({ length: 16 }, () => withCode(second)))
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1)
    const listed = await sendJson(app.url, 'GET', '/api/v1/me/factors', { token })
    expect(listed.json).toMatchObject({ factors: [{ type: 'totp' }, { type: 'recovery_code', codes_left: 8 }] })
  })

  it('are gone when the last one is removed, as are the recovery codes', async () => {
    const { id } = await addTotp(app, token)
    await saveRecoveryCodes(app, token)
    expect((await sendJson(app.url, 'DELETE', `/api/v1/me/factors/${id}`, { token })).status).toBe(204)
    const listed = await sendJson(app.url, 'GET', '/api/v1/me/factors', { token })
    expect((listed.json as { factors: unknown[] }).factors).toEqual([])
    await logIn(app, 'ann')
  })

  it('are both removed if their owner removes two at the same moment', async () => {
    const ids = [(await addTotp(app, token)).id, (await addTotp(app, token)).id]
    const remove = (id: string) => sendJson(app.url, 'DELETE', `/api/v1/me/factors/${id}`, { token })
    expect((await Promise.all(ids.map(remove))).map(({ status }) => status)).toEqual([204, 204])
    await logIn(app, 'ann')
  })

  it('are required where a recent login is, and a session can prove itself again', async () => {
    const old = (await logIn(app, 'ann')).access_token
    const phone = await addTotp(app, token)
    const endAll = (of: string) => post(app, '/me/factors', { factor: 'totp' }, of)
    const refused = await endAll(old)
    expect([refused.status, refused.json]).toMatchObject([
      403,
      { code: 'second_factor_required', step_up: { path: '/api/v1/me/step-up', with: ['totp'] } },
    ])
    const byPassword = await post(app, '/me/step-up', { password: PASSWORD }, old)
    expect([byPassword.status, codeOf(byPassword)]).toEqual([403, 'second_factor_required'])
    const wrong = await post(app, '/me/step-up', { factor: 'totp', code: '000000' }, old)
    expect(wrong.json).toMatchObject({ status: 400, errors: [{ field: 'code', fault: 'wrong_proof' }] })
    const code = phone.code()
    const proven = await post(app, '/me/step-up', { factor: 'totp', code }, old)
    expect([proven.status, proven.json]).toMatchObject([200, { amr: ['pwd', 'otp', 'mfa'] }])
    expect((await post(app, '/me/step-up', { factor: 'totp', code }, old)).status).toBe(400)
    expect(codeOf(await endAll(old))).not.toBe('second_factor_required')
  })

  it('let a session without factors prove itself with the password', async () => {
    app = await app.restart({ ACCESS_TOKEN_LIFETIME: '2h' })
    const { access_token } = await logIn(app, 'ann')
    app.clock.advance(16 * MINUTE)
    const begin = () => post(app, '/me/factors', { factor: 'totp' }, access_token)
    const refused = await begin()
    expect([refused.status, refused.json]).toMatchObject([
      403,
      { code: 'recent_login_required', step_up: { with: ['password'] } },
    ])
    expect((await post(app, '/me/step-up', { password: 'wrong' }, access_token)).status).toBe(400)
    expect((await post(app, '/me/step-up', { password: PASSWORD }, access_token)).status).toBe(200)
    expect((await begin()).status).toBe(200)
  })

  it('keep their secrets out of the database and the log', async () => {
    const phone = await addTotp(app, token)
    await logInWith(app, 'ann', phone)
    expect(app.log.join('')).not.toContain(phone.secret)
    expect(claimsOf(token)).not.toHaveProperty('amr')
  })
})
