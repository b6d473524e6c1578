import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { PASSWORD as MAILED_PASSWORD, startMailedApp } from '../support/mailed-app.ts'
import { addTotp, authenticatorApp, challengeFor, complete, post } from '../support/second-factors.ts'
import { startTestApp, TEST_SECRET_KEY, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn, meet, PASSWORD, refresh } from '../support/v1-client.ts'

const DAY = 86_400_000
const NEW_PASSWORD = 'copper-lantern-of-the-harbour'

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as SimpleJWT creates it. */
function foreign(app: TestApp, type: string, id: number, secret: string): string {
  const iat = Math.floor(app.clock.now() / 1_000) - 60
  const body = { token_type: type, exp: iat + 86_400, iat, jti: `old-${type}-${id}`, user_id: id }
  const input = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(body)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const hasTokens = ({ text }: JsonAnswer) => /"(access|access_token|auth_token|refresh|refresh_token)"\s*:/.test(text)

describe.each(databases)('attacks on the gate on $name', (database) => {
  let app: TestApp
  let close: () => Promise<void>
  afterEach(() => close())

  async function start(options: Omit<Parameters<typeof startTestApp>[0], 'database'> = {}): Promise<TestApp> {
    app = await startTestApp({ database, ...options })
    close = () => app.close()
    return app
  }

  it('with a new password from a mailed link fail: nobody is logged in, and the next login asks for the factor', async () => {
    const at = await startMailedApp(database, { DJOSER: 'true' })
    close = () => at.close()
    await at.register('ann')
    await at.mail()
    const before = await at.login('ann')
    const phone = await addTotp(at.app, before)
    await at.mail()
    await at.post('/api/v1/password-reset', { email: 'ann@example.net' })
    at.app.clock.advance(1_000)
    const [mail] = await at.mail()
    const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
    const reset = await at.post('/api/v1/password-reset/confirm', { token, password: NEW_PASSWORD })
    expect([reset.status < 300, hasTokens(reset)]).toEqual([true, false])
    expect((await meet(at.app, before))[0]).toBe(401)
    const credentials = { username: 'ann', password: NEW_PASSWORD }
    for (const path of ['/api/v1/login', '/api/token/', '/api/login/', '/auth/jwt/create/', '/auth/token/login/']) {
      const answer = await at.post(path, credentials)
      expect([path, answer.status, codeOf(answer), hasTokens(answer)]).toEqual([
        path,
        401,
        'second_factor_required',
        false,
      ])
    }
    const challenge = await challengeFor(at.app, 'ann', NEW_PASSWORD)
    expect((await complete(at.app, challenge, { factor: 'totp', code: phone.code() })).status).toBe(200)
    expect(MAILED_PASSWORD).not.toBe(NEW_PASSWORD)
  })

  it('with a new address fail: changing it needs the factor, in every contract', async () => {
    await start({ settings: { DJOSER: 'true', ACCESS_TOKEN_LIFETIME: '2h' } })
    await addAccount(app, 'ann', { email: 'ann@example.net' })
    const stolen = (await logIn(app, 'ann')).access_token
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const asked = await post(app, '/me/email', { email: 'eve@example.net', password: PASSWORD }, stolen)
    expect([asked.status, codeOf(asked)]).toEqual([403, 'second_factor_required'])
    const body = { email: 'eve@example.net' }
    expect((await sendJson(app.url, 'PATCH', '/auth/users/me/', { token: stolen, body })).status).toBe(403)
    expect((await app.app.accounts.find('ann'))?.email).toBe('ann@example.net')
  })

  it('with paths of `urls` and with djoser’s key fail', async () => {
    await start({
      settings: { DJOSER: 'true', COMPATIBILITY: 'simplejwt' },
      urls: { 'signin/': 'token_obtain_pair', 'old/login/': 'user_authentication', 'key/': 'login' },
    })
    await addAccount(app, 'ann')
    const credentials = { username: 'ann', password: PASSWORD }
    const send = (path: string) => sendJson(app.url, 'POST', path, { body: credentials })
    const key = ((await send('/key/')).json as { auth_token: string }).auth_token
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    for (const path of ['/signin/', '/old/login/', '/key/', '/auth/token/login/']) {
      const answer = await send(path)
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 401, 'second_factor_required'])
      expect(answer.text).not.toContain(key)
      expect(hasTokens(answer)).toBe(false)
    }
  })

  it.each([
    ['CARRY_OVER_SECRET', { CARRY_OVER_SECRET: 'the-secret-key-of-the-django-project-0123456789' }],
    ['COMPATIBILITY=simplejwt', { COMPATIBILITY: 'simplejwt', ALGORITHM: 'HS256' }],
  ])('with tokens of the previous server fail with %s, once the account has a factor here', async (_what, settings) => {
    const until = new Date(Date.now() + DAY).toISOString().slice(0, 10)
    const isCarryOver = 'CARRY_OVER_SECRET' in settings
    await start({
      settings: { ...settings, ...(isCarryOver && { CARRY_OVER_UNTIL: until }) } as Record<string, string>,
    })
    const secret = isCarryOver ? (settings.CARRY_OVER_SECRET as string) : TEST_SECRET_KEY
    const ann = await addAccount(app, 'ann')
    const bob = await addAccount(app, 'bob')
    await addTotp(app, (await logIn(app, 'ann')).access_token)
    const adopt = (id: number) =>
      sendJson(app.url, 'POST', '/api/token/refresh/', { body: { refresh: foreign(app, 'refresh', id, secret) } })
    // The control: without a second factor, the token is exchanged.
    expect((await adopt(bob.id)).status).toBe(200)
    const racers = await Promise.all(Array.from({ length: 4 }, () => adopt(ann.id)))
    expect(racers.map(({ status }) => status)).toEqual([401, 401, 401, 401])
    if (!isCarryOver) return
    const access = (id: number) =>
      sendJson(app.url, 'GET', '/api/users/profile/', { token: foreign(app, 'access', id, secret) })
    expect([(await access(bob.id)).status, (await access(ann.id)).status]).toEqual([200, 401])
  })

  it('with a session that is older than the rule fail: after the grace period it cannot be refreshed', async () => {
    await start({ settings: { REFRESH_TOKEN_LIFETIME: '60d' } })
    await addAccount(app, 'boss', { isStaff: true, isSuperuser: true })
    await addAccount(app, 'ann')
    let ofBoss = (await logIn(app, 'boss')).refresh_token
    let ofAnn = (await logIn(app, 'ann')).refresh_token
    app = await app.restart({ SECOND_FACTOR_REQUIRED_FOR: 'staff', SECOND_FACTOR_GRACE: '14d' })
    const rotate = async (token: string) => {
      const answer = await refresh(app, token)
      return { answer, next: (answer.json as { refresh_token: string }).refresh_token }
    }
    ofBoss = (await rotate(ofBoss)).next
    app.clock.advance(13 * DAY)
    ofBoss = (await rotate(ofBoss)).next
    expect(ofBoss).toBeTruthy()
    app.clock.advance(2 * DAY)
    const { answer } = await rotate(ofBoss)
    expect([answer.status, answer.json]).toMatchObject([401, { code: 'administrator' }])
    ofAnn = (await rotate(ofAnn)).next
    expect(ofAnn).toBeTruthy()
    const challenge = await challengeFor(app, 'boss')
    expect(challenge.factors).toEqual([])
    // A session that has proven a factor continues.
    const { challenge_token } = challenge
    const begun = await post(app, '/login/enrolment/begin', { challenge_token })
    const phone = authenticatorApp(app, (begun.json as { secret: string }).secret)
    const done = await post(app, '/login/enrolment', { challenge_token, code: phone.code() })
    expect((await rotate((done.json as { refresh_token: string }).refresh_token)).answer.status).toBe(200)
  })
})
