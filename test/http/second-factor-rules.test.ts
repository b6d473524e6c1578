import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandLine } from '../../src/flows/rights/actor.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { PASSWORD as MAILED_PASSWORD, type MailedApp, startMailedApp } from '../support/mailed-app.ts'
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
import { addAccount, addAdministrator, claimsOf, codeOf, listSessions, logIn, PASSWORD } from '../support/v1-client.ts'

const DAY = 86_400_000

describe.each(databases)('rules about second factors on $name', (database) => {
  let app: TestApp

  const start = async (settings: Record<string, string> = {}) => {
    app = await startTestApp({ database, settings })
    await addAccount(app, 'ann')
    return app
  }
  afterEach(() => app.close())

  it('let an account that must have one log in during the grace period, and then make it set one up', async () => {
    await start({ SECOND_FACTOR_REQUIRED_FOR: 'staff', SECOND_FACTOR_GRACE: '14d' })
    await addAdministrator(app, 'boss')
    await logIn(app, 'boss')
    app.clock.advance(14 * DAY)
    await logIn(app, 'ann')
    const challenge = await challengeFor(app, 'boss')
    expect(challenge).toMatchObject({ factors: [], enrollable: ['totp'] })
    const { challenge_token } = challenge
    expect(codeOf(await complete(app, challenge, { factor: 'totp', code: '000000' }))).toBe('challenge_not_valid')
    const begun = await post(app, '/login/enrolment/begin', { challenge_token })
    const phone = authenticatorApp(app, (begun.json as { secret: string }).secret)
    expect(codeOf(await post(app, '/login/enrolment/begin', { challenge_token, factor: 'passkey' }))).toBe(
      'factor_unavailable',
    )
    const otherKind = { challenge_token, factor: 'recovery_code', code: phone.code() }
    expect((await post(app, '/login/enrolment', otherKind)).status).toBe(400)
    const wrong = await post(app, '/login/enrolment', { challenge_token, code: '000000' })
    expect(wrong.status).toBe(400)
    const racers = await Promise.all(
      Array.from({ length: 3 }, () => post(app, '/login/enrolment', { challenge_token, code: phone.code() })),
    )
    const won = racers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    const first = won[0]?.json as { access_token: string; recovery_codes: string[] }
    await saveRecoveryCodes(app, first.access_token)
    const [recoveryCode] = first.recovery_codes
    const proof = { factor: 'recovery_code', code: recoveryCode }
    expect((await complete(app, await challengeFor(app, 'boss'), proof)).status).toBe(200)
    app.clock.advance(30_000)
    const { access_token } = await logInWith(app, 'boss', phone)
    const listed = await sendJson(app.url, 'GET', '/api/v1/me/factors', { token: access_token })
    const [{ id } = { id: '' }] = (listed.json as { factors: { id: string }[] }).factors
    const removed = await sendJson(app.url, 'DELETE', `/api/v1/me/factors/${id}`, { token: access_token })
    expect([removed.status, codeOf(removed)]).toEqual([409, 'factor_needed'])
  })

  it('keep the last factor of an account that must have one, even if two are removed at the same moment', async () => {
    await start({ SECOND_FACTOR_REQUIRED_FOR: 'staff', SECOND_FACTOR_GRACE: '14d' })
    await addAdministrator(app, 'boss')
    const { access_token: token } = await logIn(app, 'boss')
    const ids = [(await addTotp(app, token)).id, (await addTotp(app, token)).id]
    const remove = (id: string) => sendJson(app.url, 'DELETE', `/api/v1/me/factors/${id}`, { token })
    const statuses = (await Promise.all(ids.map(remove))).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([204, 409])
  })

  it('do not ask on a trusted device, until the password or a factor changes, or somebody revokes it', async () => {
    await start({ TRUSTED_DEVICE_LIFETIME: '30d' })
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const proof = () => ({ factor: 'totp', code: phone.code(), trust_device: true })
    const answer = await complete(app, await challengeFor(app, 'ann'), proof())
    const { device_token, access_token } = answer.json as { device_token: string; access_token: string }
    const again = (device: string) => post(app, '/login', { username: 'ann', password: PASSWORD, device_token: device })
    expect((await again(device_token)).status).toBe(200)
    await addAccount(app, 'eve')
    await addTotp(app, (await logIn(app, 'eve')).access_token)
    const stolen = await post(app, '/login', { username: 'eve', password: PASSWORD, device_token })
    expect(codeOf(stolen)).toBe('second_factor_required')
    const listed = await sendJson(app.url, 'GET', '/api/v1/me/trusted-devices', { token: access_token })
    const { devices } = listed.json as { devices: { id: string }[] }
    expect(devices).toHaveLength(1)
    const path = `/api/v1/me/trusted-devices/${devices[0]?.id}`
    expect((await sendJson(app.url, 'DELETE', path, { token: access_token })).status).toBe(204)
    expect(codeOf(await again(device_token))).toBe('second_factor_required')

    app.clock.advance(30_000)
    const other = await complete(app, await challengeFor(app, 'ann'), proof())
    const { device_token: second, access_token: token } = other.json as { device_token: string; access_token: string }
    const body = { old_password: PASSWORD, new_password: PASSWORD.replace('9', '10') }
    expect((await post(app, '/me/password', body, token)).status).toBe(204)
    const login = { username: 'ann', password: body.new_password, device_token: second }
    expect(codeOf(await post(app, '/login', login))).toBe('second_factor_required')
  })

  it('issue no device token unless the setting allows it', async () => {
    await start()
    const phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    const proof = { factor: 'totp', code: phone.code(), trust_device: true }
    const answer = await complete(app, await challengeFor(app, 'ann'), proof)
    expect(answer.json).not.toHaveProperty('device_token')
  })

  it('let an administrator restore somebody’s access, with a removed factor or an issued code', async () => {
    await start()
    await addAdministrator(app, 'boss')
    const boss = (await logIn(app, 'boss')).access_token
    const ann = await app.app.accounts.find('ann')
    const path = `/api/v1/admin/users/${ann?.id}`
    const mine = (await logIn(app, 'ann')).access_token
    const { id } = await addTotp(app, mine)
    const issued = await sendJson(app.url, 'POST', `${path}/recovery-code`, { token: boss, body: {} })
    expect(issued.status).toBe(201)
    const { code } = issued.json as { code: string }
    const challenge = await challengeFor(app, 'ann')
    expect(challenge.factors).toEqual(['totp', 'recovery_code'])
    expect((await complete(app, challenge, { factor: 'recovery_code', code })).status).toBe(200)
    const once = await complete(app, await challengeFor(app, 'ann'), { factor: 'recovery_code', code })
    expect(once.status).toBe(401)
    const removed = await sendJson(app.url, 'DELETE', `${path}/factors/${id}`, { token: boss })
    expect(removed.status).toBe(200)
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token: mine })).status).toBe(401)
    await logIn(app, 'ann')
  })

  it('delay a removal so that the owner can cancel it', async () => {
    await start({ RECOVERY_DELAY: '1d' })
    await addAdministrator(app, 'boss')
    const boss = (await logIn(app, 'boss')).access_token
    const ann = await app.app.accounts.find('ann')
    const mine = (await logIn(app, 'ann')).access_token
    const phone = await addTotp(app, mine)
    const path = `/api/v1/admin/users/${ann?.id}/factors/${phone.id}`
    expect((await sendJson(app.url, 'DELETE', path, { token: boss })).status).toBe(200)
    expect((await post(app, `/me/factors/${phone.id}/keep`, {}, mine)).status).toBe(204)
    expect((await post(app, `/me/factors/${phone.id}/keep`, {}, mine)).status).toBe(404)
    app.clock.advance(2 * DAY)
    await logInWith(app, 'ann', phone)
  })

  it('apply to everything that changes something in the administration', async () => {
    await start()
    await addAdministrator(app, 'boss')
    const old = (await logIn(app, 'boss')).access_token
    const phone = await addTotp(app, (await logIn(app, 'boss')).access_token)
    const ann = await app.app.accounts.find('ann')
    const change = (token: string) =>
      sendJson(app.url, 'PATCH', `/api/v1/admin/users/${ann?.id}`, { token, body: { first_name: 'Ann' } })
    expect([(await change(old)).status, codeOf(await change(old))]).toEqual([403, 'second_factor_required'])
    expect((await change((await logInWith(app, 'boss', phone)).access_token)).status).toBe(200)
  })

  it('let tokens say when and how somebody authenticated, if the setting asks for it', async () => {
    await start({ AUTHENTICATION_CLAIMS: 'true' })
    const tokens = await logIn(app, 'ann')
    expect(claimsOf(tokens.access_token)).toMatchObject({ amr: ['pwd'], acr: '1', auth_time: expect.any(Number) })
    const phone = await addTotp(app, tokens.access_token)
    const proven = await logInWith(app, 'ann', phone)
    expect(claimsOf(proven.access_token)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: '2' })
  })

  it('apply to the export', async () => {
    await start()
    const token = (await logIn(app, 'ann')).access_token
    const phone = await addTotp(app, token)
    await saveRecoveryCodes(app, token)
    const { text } = await sendJson(app.url, 'GET', '/api/v1/me/export', { token })
    expect(JSON.parse(text)).toMatchObject({ second_factors: [{ type: 'totp' }, { type: 'recovery_code' }] })
    expect(text).not.toContain(phone.secret)
  })
})

describe.each(databases)('codes by email on $name', (database) => {
  let at: MailedApp

  beforeAll(async () => {
    at = await startMailedApp(database, { LOGIN_BY_MAIL: 'true', MAILED_CODES: 'true' })
  })
  beforeEach(async () => {
    await at.reset()
    await at.register('alice')
    await at.mail()
    const { accounts } = at.app.app
    const alice = await accounts.find('alice')
    await accounts.change(alice?.id ?? 0, { isEmailVerified: true }, commandLine)
  })
  afterAll(() => at.close())

  const code = async () => {
    const [mail] = await at.mail()
    return /(\d{6})/.exec(mail?.subject ?? '')?.[1] ?? ''
  }
  const begin = async (email: string) =>
    (await post(at.app, '/login/mail/begin', { email })).json as { challenge_token: string }

  it('log somebody in without a password, once, and give the same answer for unknown addresses', async () => {
    const { challenge_token } = await begin('alice@example.net')
    const sent = await code()
    const racers = await Promise.all(
      Array.from({ length: 4 }, () => post(at.app, '/login/mail', { challenge_token, code: sent })),
    )
    expect(racers.filter(({ status }) => status === 200)).toHaveLength(1)
    const unknown = await post(at.app, '/login/mail/begin', { email: 'nobody@example.net' })
    expect([unknown.status, Object.keys(unknown.json as object)]).toEqual([202, ['challenge_token', 'expires_in']])
    expect(await at.mail()).toEqual([])
    const guess = await post(at.app, '/login/mail', { ...(unknown.json as object), code: '000000' })
    expect([guess.status, codeOf(guess)]).toEqual([401, 'second_factor_not_valid'])
  })

  it('expire after ten minutes and after five wrong attempts', async () => {
    const late = await begin('alice@example.net')
    const first = await code()
    at.app.clock.advance(10 * 60_000)
    expect(codeOf(await post(at.app, '/login/mail', { ...late, code: first }))).toBe('challenge_not_valid')
    const guessed = await begin('alice@example.net')
    const second = await code()
    const wrong = second === '000000' ? '000001' : '000000'
    for (let time = 0; time < 5; time++) await post(at.app, '/login/mail', { ...guessed, code: wrong })
    expect(codeOf(await post(at.app, '/login/mail', { ...guessed, code: second }))).toBe('challenge_not_valid')
  })

  it('count across challenges, for known and unknown addresses alike', async () => {
    const settings = { LIMIT_LOGIN_PER_ADDRESS: 'off', LIMIT_MAIL_REQUEST_PER_RECIPIENT: 'off', RATE_LIMITS: 'on' }
    at.app = await at.app.restart({ ...settings, LIMIT_MAIL_REQUEST_PER_ADDRESS: 'off' })
    for (const email of ['alice@example.net', 'nobody@example.net']) {
      const statuses: number[] = []
      for (let turn = 0; turn < 12; turn++) {
        statuses.push((await post(at.app, '/login/mail', { ...(await begin(email)), code: 'wrong1' })).status)
      }
      expect([email, statuses]).toEqual([email, [...Array(10).fill(401), 429, 429]])
    }
  })

  it('do not get around another second factor', async () => {
    await addTotp(at.app, await at.login('alice'))
    await at.mail()
    const { challenge_token } = await begin('alice@example.net')
    const answer = await post(at.app, '/login/mail', { challenge_token, code: await code() })
    expect([answer.status, answer.json]).toMatchObject([401, { code: 'second_factor_required', factors: ['totp'] }])
  })

  it('can be the second factor', async () => {
    const token = await at.login('alice')
    expect((await post(at.app, '/me/factors', { factor: 'mailed_code' }, token)).json).toEqual({
      sent_to: 'a…@example.net',
    })
    const proof = { factor: 'mailed_code', code: await code() }
    expect((await post(at.app, '/me/factors/confirm', proof, token)).status).toBe(201)
    await at.mail()
    const challenge = await challengeFor(at.app, 'alice', MAILED_PASSWORD)
    const { challenge_token } = challenge
    const begun = await post(at.app, '/login/second-factor/begin', { challenge_token, factor: 'mailed_code' })
    expect(begun.status).toBe(200)
    const answer = await complete(at.app, challenge, { factor: 'mailed_code', code: await code() })
    expect(answer.status).toBe(200)
    const { access_token } = answer.json as { access_token: string }
    expect((await listSessions(at.app, access_token))[0]?.amr).toEqual(['pwd', 'otp', 'mfa'])
  })

  it('cannot be the second factor of a login that began with one', async () => {
    const token = await at.login('alice')
    await post(at.app, '/me/factors', { factor: 'mailed_code' }, token)
    await post(at.app, '/me/factors/confirm', { factor: 'mailed_code', code: await code() }, token)
    await at.mail()
    const { challenge_token } = await begin('alice@example.net')
    const answer = await post(at.app, '/login/mail', { challenge_token, code: await code() })
    expect([answer.status, answer.json]).toMatchObject([401, { code: 'second_factor_required', factors: [] }])
    const pending = answer.json as { challenge_token: string }
    const again = { challenge_token: pending.challenge_token, factor: 'mailed_code' }
    expect(codeOf(await post(at.app, '/login/second-factor/begin', again))).toBe('factor_unavailable')
    expect(await at.mail()).toEqual([])
    const guess = await complete(at.app, pending as never, { factor: 'mailed_code', code: '000000' })
    expect(codeOf(guess)).toBe('factor_unavailable')
  })

  it('cause security notices about what was added', async () => {
    await addTotp(at.app, await at.login('alice'))
    expect((await at.mail()).map(({ subject }) => subject)).toEqual(['A sign-in factor was added'])
  })
})
