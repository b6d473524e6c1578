import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { type AuthenticatorApp, addTotp, logInWith, post } from '../support/second-factors.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn, PASSWORD } from '../support/v1-client.ts'

const NEW_PASSWORD = 'copper-lantern-of-the-harbour'
const refused = {
  detail: 'A second factor is required to do this.',
  code: 'second_factor_required',
  step_up: { path: '/api/v1/me/step-up', with: ['totp'] },
}

/** What a thief of an access token and of the password would send. */
const attacks: [method: string, path: string, body: object][] = [
  ['POST', '/api/change-password/', { old_password: PASSWORD, new_password: NEW_PASSWORD }],
  ['POST', '/api/change-password/', { old_password: 'a guess', new_password: NEW_PASSWORD }],
  ['POST', '/auth/users/set_password/', { current_password: PASSWORD, new_password: NEW_PASSWORD }],
  ['POST', '/auth/users/set_username/', { current_password: PASSWORD, new_username: 'mallory' }],
  ['PATCH', '/auth/users/me/', { email: 'mallory@example.net' }],
  ['PUT', '/auth/users/me/', { email: 'mallory@example.net' }],
  ['DELETE', '/auth/users/me/', { current_password: PASSWORD }],
  ['PATCH', '/mine/', { email: 'mallory@example.net' }],
  ['POST', '/my-password/', { old_password: PASSWORD, new_password: NEW_PASSWORD }],
]

describe.each(databases)('a stolen token and password of an account with a second factor on $name', (database) => {
  let app: TestApp
  let phone: AuthenticatorApp
  let stolen: string
  let stolenKey: string
  let ofStaff: string
  let bobsId: number

  beforeAll(async () => {
    app = await startTestApp({
      database,
      settings: { DJOSER: 'true', COMPATIBILITY: 'simplejwt', ACCESS_TOKEN_LIFETIME: '2h' },
      urls: { 'mine/': 'profile', 'my-password/': 'change_password' },
    })
    await addAccount(app, 'ann', { email: 'ann@example.net' })
    await addAccount(app, 'boss', { isStaff: true, isSuperuser: true })
    bobsId = (await addAccount(app, 'bob')).id
    stolen = (await logIn(app, 'ann')).access_token
    const keyed = await sendJson(app.url, 'POST', '/auth/token/login/', {
      body: { username: 'ann', password: PASSWORD },
    })
    stolenKey = (keyed.json as { auth_token: string }).auth_token
    ofStaff = (await logIn(app, 'boss')).access_token
    phone = await addTotp(app, (await logIn(app, 'ann')).access_token)
    await addTotp(app, (await logIn(app, 'boss')).access_token)
  })
  afterAll(() => app.close())

  const withKey = (method: string, path: string, body: object) =>
    sendJson(app.url, method, path, { body, headers: { authorization: `Token ${stolenKey}` } })
  const shown = ({ status, json }: JsonAnswer) => [status, json]

  it.each(attacks)('are not enough for %s %s', async (method, path, body) => {
    expect(shown(await sendJson(app.url, method, path, { token: stolen, body }))).toEqual([403, refused])
    await logInWith(app, 'ann', phone)
  })

  it.each(attacks.filter(([, path]) => path.startsWith('/auth/')))(
    'are not enough with a key of djoser for %s %s',
    async (method, path, body) => {
      expect(shown(await withKey(method, path, body))).toEqual([403, refused])
      await logInWith(app, 'ann', phone)
    },
  )

  it.each([
    ['PATCH', { email: 'mallory@example.net' }],
    ['PATCH', { first_name: 'Mallory' }],
    ['DELETE', { current_password: PASSWORD }],
  ])('of staff are not enough for %s of another account', async (method, body) => {
    const answer = await sendJson(app.url, method, `/auth/users/${bobsId}/`, { token: ofStaff, body })
    expect(shown(answer)).toEqual([403, refused])
    expect((await app.app.accounts.find('bob'))?.firstName).toBe('')
  })

  it('can still read and change harmless data', async () => {
    const names = await sendJson(app.url, 'PATCH', '/auth/users/me/', { token: stolen, body: { first_name: 'Ann' } })
    expect(names.status).toBe(200)
    expect((await sendJson(app.url, 'GET', '/api/users/profile/', { token: stolen })).status).toBe(200)
  })

  it('are enough once the session has proven the factor, even on the classic paths', async () => {
    const proven = await post(app, '/me/step-up', { factor: 'totp', code: phone.code() }, stolen)
    expect([proven.status, codeOf(proven)]).toEqual([200, undefined])
    const body = { old_password: PASSWORD, new_password: NEW_PASSWORD }
    expect((await sendJson(app.url, 'POST', '/api/change-password/', { token: stolen, body })).status).toBe(200)
  })
})
