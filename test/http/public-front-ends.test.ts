import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import type { UrlMap } from '../../src/hooks/urls.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { type MailedApp, startMailedApp } from '../support/mailed-app.ts'
import { memoryFolder } from '../support/memory-folder.ts'

/** How public front ends talk to their Django back ends: only the base URL is changed, and a `urls` block is written for each. */

const password = 'Zx9!mKq#Lw7vTr'
const text = expect.any(String)
let at: MailedApp | undefined

async function start(database: TestDatabase, settings: Record<string, string>, urls: UrlMap = {}): Promise<MailedApp> {
  at = await startMailedApp(database, settings, {}, urls)
  return at
}

type Body = Record<string, unknown>
async function ask(method: string, path: string, body?: unknown, authorization?: string) {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const { status, json } = await sendJson(at?.app.url ?? '', method, path, {
    ...(body !== undefined && { body }),
    headers,
  })
  return { status, json: json as Body }
}

/** As a browser sends a form with `fetch` or axios. */
async function askForm(method: string, path: string, form: FormData | URLSearchParams, authorization?: string) {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const answer = await fetch(`${at?.app.url}${path}`, { method, body: form, headers })
  const body = await answer.text()
  return { status: answer.status, json: (body === '' ? undefined : JSON.parse(body)) as Body }
}

/** The last two parts of the path that the newest email leads to. */
async function mailedLink(): Promise<{ uid: string; token: string }> {
  const link = /https:\/\/\S+/.exec((await at?.mail())?.at(-1)?.text ?? '')?.[0] ?? ''
  const [token = '', uid = ''] = link.split('/').toReversed()
  return { uid, token }
}

/** A profile with a field for the address of a picture. */
function schemaFile(): string {
  const folder = mkdtempSync(join(memoryFolder(), 'latchkey-profile-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'profile.json')
  writeFileSync(file, JSON.stringify({ type: 'object', properties: { avatar: { type: 'string' } } }))
  return file
}

afterEach(async () => {
  await at?.close()
  at = undefined
})

describe.each(databases)('on $name, a public front end', (database) => {
  it('of a shop, which keeps what its login returns as the user', async () => {
    const user = ['pk', 'id', 'first_name', 'email', 'is_staff'] as const
    const names = { pk: '_id', first_name: 'name', is_staff: 'isAdmin' }
    const shown = { response: { ...names, access: 'token' }, profile: user }
    await start(
      database,
      { USERNAME_FIELD: 'email' },
      {
        'api/users/login/': { view: 'token_obtain_pair', request: { email: 'username' }, ...shown },
        'api/users/register/': {
          view: 'register',
          login: true,
          status: 200,
          optional: ['first_name'],
          request: { first_name: 'name' },
          ...shown,
        },
        'api/users/profile/': { view: 'profile', response: names, profile: user },
        'api/users/profile/update/': {
          view: 'profile',
          request: { first_name: 'name' },
          response: names,
          profile: user,
        },
      },
    )
    const person = { id: 1, _id: 1, name: 'Anna', email: 'anna@example.com', isAdmin: false }
    const made = await ask('POST', '/api/users/register/', { name: 'Anna', email: 'anna@example.com', password })
    expect(made).toMatchObject({ status: 200, json: { ...person, token: text } })
    const login = await ask('POST', '/api/users/login/', { username: 'anna@example.com', password })
    expect(login.json).toEqual({ ...person, token: text, refresh: text })
    const bearer = `Bearer ${String(login.json.token)}`
    expect((await ask('GET', '/api/users/profile/', undefined, bearer)).json).toEqual(person)
    const update = { id: 1, name: 'Anna B', email: 'anna@example.com', password: '' }
    expect((await ask('PUT', '/api/users/profile/update/', update, bearer)).json).toEqual({ ...person, name: 'Anna B' })
    const wrong = await ask('POST', '/api/users/login/', { username: 'anna@example.com', password: 'no' })
    expect(wrong).toMatchObject({ status: 401, json: { detail: text } })
  })

  it('of djoser with email addresses, activation and passwords typed twice', async () => {
    await start(database, {
      DJOSER: 'true',
      COMPATIBILITY: 'simplejwt',
      USERNAME_FIELD: 'email',
      REQUIRED_FIELDS: 'first_name,last_name',
      SEND_ACTIVATION_EMAIL: 'true',
      ACTIVATION_URL: 'activate/{uid}/{token}',
      PASSWORD_RESET_CONFIRM_URL: 'password/reset/confirm/{uid}/{token}',
      USER_CREATE_PASSWORD_RETYPE: 'true',
      PASSWORD_RESET_CONFIRM_RETYPE: 'true',
    })
    const form = { first_name: 'Anna', last_name: 'Berg', email: 'anna@example.com', password, re_password: password }
    expect((await ask('POST', '/auth/users/', form)).status).toBe(201)
    const login = () => ask('POST', '/auth/jwt/create/', { email: form.email, password })
    expect((await login()).status).toBe(401)
    expect((await ask('POST', '/auth/users/activation/', await mailedLink())).status).toBe(204)
    const { json } = await login()
    expect((await ask('POST', '/auth/jwt/verify/', { token: json.access })).json).not.toHaveProperty('code')
    const me = await ask('GET', '/auth/users/me/', undefined, `JWT ${String(json.access)}`)
    expect(me.json).toEqual({ id: 1, email: form.email, first_name: 'Anna', last_name: 'Berg' })
    // Its storage is empty, and it asks all the same.
    const stale = await ask('POST', '/auth/jwt/verify/', { token: null })
    expect(stale.status).toBe(400)
    expect((await ask('GET', '/auth/users/me/', undefined, 'JWT null')).status).toBe(401)
    expect((await ask('POST', '/auth/users/reset_password/', { email: form.email })).status).toBe(204)
    const link = await mailedLink()
    const fresh = { new_password: 'Hv4$Ygp@Nd8sBz', re_new_password: 'Hv4$Ygp@Nd8sBz' }
    expect((await ask('POST', '/auth/users/reset_password_confirm/', { ...link, ...fresh })).status).toBe(204)
    expect((await login()).status).toBe(401)
  })

  it('of a recipe site: users below /api/, keys below /api/auth/, logins by address', async () => {
    const settings = {
      DJOSER: 'true',
      DJOSER_PREFIX: '/api/',
      LOGIN_FIELD: 'email',
      REQUIRED_FIELDS: 'email,first_name,last_name',
    }
    await start(database, settings, { 'api/auth/token/login/': 'login', 'api/auth/token/logout/': 'logout' })
    const user = { email: 'vp@example.com', username: 'vp', first_name: 'Vas', last_name: 'Pup' }
    expect(await ask('POST', '/api/users/', { ...user, password })).toMatchObject({ status: 201, json: user })
    const { json } = await ask('POST', '/api/auth/token/login/', { email: user.email, password })
    const key = `Token ${String(json.auth_token)}`
    expect((await ask('GET', '/api/users/me/', undefined, key)).json).toMatchObject(user)
    const change = { current_password: password, new_password: 'Hv4$Ygp@Nd8sBz' }
    expect((await ask('POST', '/api/users/set_password/', change, key)).status).toBe(204)
    expect((await ask('POST', '/api/auth/token/logout/', undefined, key)).status).toBe(204)
  })

  it('that sends forms, and leaves out the slash', async () => {
    await start(database, { DJOSER: 'true' }, { 'api/profile': 'profile' })
    const form = new FormData()
    for (const [name, value] of Object.entries({ username: 'anna', email: 'anna@example.com', password })) {
      form.append(name, value)
    }
    expect((await askForm('POST', '/api/register', form)).status).toBe(201)
    const urlencoded = new URLSearchParams({ username: 'anna', password })
    const { json } = await askForm('POST', '/api/token', urlencoded)
    expect(json).toMatchObject({ access: text, refresh: text })
    const keyed = await askForm('POST', '/auth/token/login', form)
    expect((await ask('GET', '/auth/users/me', undefined, `token ${String(keyed.json.auth_token)}`)).status).toBe(200)
    const names = new FormData()
    names.append('first_name', 'Anna')
    names.append('avatar', new File(['png'], 'me.png', { type: 'image/png' }))
    const changed = await askForm('PATCH', '/api/profile', names, `Bearer ${String(json.access)}`)
    expect(changed).toMatchObject({ status: 200, json: { first_name: 'Anna' } })
  })

  it('that uploads a picture into a field of the profile gets a refusal that says so', async () => {
    await start(
      database,
      { PROFILE_SCHEMA_FILE: schemaFile() },
      { 'api/me/': { view: 'profile', profile: ['id', 'first_name', 'profile.avatar'] } },
    )
    await ask('POST', '/api/register/', { username: 'anna', email: 'anna@example.com', password })
    const { json } = await ask('POST', '/api/token/', { username: 'anna', password })
    const form = new FormData()
    form.append('avatar', new File(['png'], 'me.png', { type: 'image/png' }))
    const bearer = `Bearer ${String(json.access)}`
    expect(await askForm('PATCH', '/api/me/', form, bearer)).toEqual({
      status: 400,
      json: { avatar: ['Files are not accepted.'] },
    })
    expect((await ask('PATCH', '/api/me/', { avatar: 'https://cdn.example.com/1.png' }, bearer)).status).toBe(200)
  })

  it('whose links carry uid and token in the path of the back end', async () => {
    const { app } = await start(
      database,
      { PASSWORD_RESET_CONFIRM_URL: 'reset/{uid}/{token}', LOG_LEVEL: 'trace' },
      {
        'api/auth/forgot-password/': { view: 'password_reset', response: { message: 'detail' } },
        'api/auth/reset-password/<uidb64>/<token>/': {
          view: 'password_reset_confirm',
          request: { new_password: 'password', new_password2: 'confirm_password' },
          required: ['password2'],
          methods: ['PATCH', 'POST'],
        },
      },
    )
    await ask('POST', '/api/register/', { username: 'anna', email: 'anna@example.com', password })
    await at?.mail()
    expect((await ask('POST', '/api/auth/forgot-password/', { email: 'anna@example.com' })).json).toHaveProperty(
      'detail',
    )
    app.clock.advance(1_000)
    const { uid, token } = await mailedLink()
    const path = `/api/auth/reset-password/${uid}/${token}`
    const form = { password: 'Hv4$Ygp@Nd8sBz', confirm_password: 'Hv4$Ygp@Nd8sBz' }
    expect((await ask('GET', path)).status).toBe(405)
    expect((await ask('PATCH', `/api/auth/reset-password/${uid}/wrong/`, form)).json).toEqual({
      token: ['Invalid value'],
    })
    expect((await ask('PATCH', path, { ...form, confirm_password: 'other' })).json).toHaveProperty('confirm_password')
    // A body cannot replace the parts of the path.
    const raced = await Promise.all(
      Array.from({ length: 16 }, () => ask('PATCH', `${path}/`, { ...form, uid: 'Mg', token: 'x' })),
    )
    expect(raced.map(({ status }) => status).toSorted()).toEqual([200, ...Array(15).fill(400)])
    const login = await ask('POST', '/api/token/', { username: 'anna', password: form.password })
    expect(login.status).toBe(200)
    const log = app.log.join('\n')
    expect(log).not.toContain(token)
    expect(log).toContain('/api/auth/reset-password/:uid/:token/')
  })

  it('that changes the password with PUT and deletes its key to log out', async () => {
    await start(
      database,
      {},
      {
        'api/change-password/': { view: 'change_password', methods: ['PUT', 'PATCH'], response: { message: 'status' } },
        'api/login/': { view: 'login', response: { auth_token: 'token' }, profile: ['id', 'username'] },
        'api/logout/': { view: 'logout', methods: ['DELETE'], status: 200, members: { success: true } },
      },
    )
    await ask('POST', '/api/register/', { username: 'anna', email: 'anna@example.com', password })
    const login = await ask('POST', '/api/login/', { username: 'anna', password })
    expect(login.json).toEqual({ id: 1, username: 'anna', token: text })
    const key = `Token ${String(login.json.token)}`
    const change = { old_password: password, new_password: 'Hv4$Ygp@Nd8sBz' }
    expect((await ask('POST', '/api/change-password/', change, key)).status).toBe(405)
    expect((await ask('PUT', '/api/change-password/', change, key)).json).toHaveProperty('status')
    expect(await ask('DELETE', '/api/logout/', undefined, key)).toEqual({ status: 200, json: { success: true } })
    expect((await ask('PATCH', '/api/change-password/', change, key)).status).toBe(401)
  })

  it('that logs out with nothing but its access token', async () => {
    await start(database, {}, { 'api/logout/': { view: 'token_logout', optional: ['refresh'], status: 200 } })
    await ask('POST', '/api/register/', { username: 'anna', email: 'anna@example.com', password })
    const logIn = async () => (await ask('POST', '/api/token/', { username: 'anna', password })).json
    const [one, other] = [await logIn(), await logIn()]
    expect((await ask('POST', '/api/logout/')).status).toBe(401)
    const racers = await Promise.all(
      Array.from({ length: 16 }, () => ask('POST', '/api/logout/', undefined, `Bearer ${String(one.access)}`)),
    )
    expect(racers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    expect(racers.every(({ status }) => status === 200 || status === 401)).toBe(true)
    expect((await ask('POST', '/api/token/refresh/', { refresh: one.refresh })).status).toBe(401)
    const named = { refresh: other.refresh }
    expect((await ask('POST', '/api/logout/', named, `Bearer ${String(other.access)}`)).status).toBe(200)
    expect((await ask('POST', '/api/token/refresh/', named)).status).toBe(401)
  })

  it('of a mobile app that wraps its answers and refreshes twice at once', async () => {
    await start(
      database,
      {},
      {
        'api/v1/accounts/login/': {
          view: 'token_obtain_pair',
          user: ['id', 'name', 'phone_number'],
          response: { access: 'data.tokens.access', refresh: 'data.tokens.refresh', user: 'data.user' },
          members: { success: true },
        },
        'api/v1/accounts/refresh/': { view: 'token_refresh', response: { access: 'access_token' } },
        'api/v1/accounts/signup/': {
          view: 'register',
          required: ['first_name', 'last_name', 'phone_number', 'password2'],
          request: { password2: 'confirm_password', phone_number: 'phone', username: 'user_name' },
          members: { success: true },
        },
      },
    )
    const form = { user_name: 'anna', email: 'a@example.com', password, phone: '+49 30 123' }
    const refused = await ask('POST', '/api/v1/accounts/signup/', { ...form, confirm_password: 'x' })
    expect(Object.keys(refused.json).toSorted()).toEqual(['first_name', 'last_name'])
    const named = { ...form, confirm_password: password, first_name: 'Anna', last_name: 'Berg' }
    expect(await ask('POST', '/api/v1/accounts/signup/', named)).toMatchObject({ status: 201, json: { success: true } })
    const { json } = await ask('POST', '/api/v1/accounts/login/', { username: 'anna', password })
    expect(json).toEqual({
      success: true,
      data: { tokens: { access: text, refresh: text }, user: { id: 1, name: 'Anna Berg', phone_number: '+49 30 123' } },
    })
    const { refresh } = (json.data as { tokens: Body }).tokens
    const twice = await Promise.all([1, 2].map(() => ask('POST', '/api/v1/accounts/refresh/', { refresh })))
    expect(twice.map(({ status }) => status)).toEqual([200, 200])
  })
})
