import { afterEach, describe, expect, it } from 'vitest'
import type { Hooks } from '../../src/hooks/hooks.ts'
import type { UrlMap } from '../../src/hooks/urls.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

/** What a front end sends, and what it reads from the answers. */
type Story = (ask: Ask) => Promise<void>
type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<{ status: number; json: Record<string, unknown> }>

type FrontEnd = { settings?: Record<string, string>; urls?: UrlMap; hooks?: Hooks; story: Story }

const password = 'correct horse battery'
const anna = { username: 'anna', email: 'anna@example.com', password }
const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` })
const text = expect.any(String)

/** How front ends for Django back ends talk: those for djoser and dj-rest-auth, and home-made ones. */
const frontEnds: Record<string, FrontEnd> = {
  'djoser with JWT': {
    settings: { DJOSER: 'true' },
    async story(ask) {
      expect((await ask('POST', '/auth/users/', anna)).status).toBe(201)
      const { json } = await ask('POST', '/auth/jwt/create/', anna)
      const me = await ask('GET', '/auth/users/me/', undefined, { authorization: `JWT ${String(json.access)}` })
      expect(me.json).toEqual({ id: expect.any(Number), username: 'anna', email: 'anna@example.com' })
      expect((await ask('POST', '/auth/jwt/verify/', { token: json.access })).status).toBe(200)
    },
  },
  'djoser with keys, below another prefix': {
    settings: {
      DJOSER: 'true',
      DJOSER_PREFIX: '/api/v1/auth/',
      USERNAME_FIELD: 'email',
      REQUIRED_FIELDS: 'first_name',
    },
    async story(ask) {
      const user = { email: 'anna@example.com', first_name: 'Anna', password }
      expect((await ask('POST', '/api/v1/auth/users/', user)).json).toMatchObject({ first_name: 'Anna' })
      const { json } = await ask('POST', '/api/v1/auth/token/login/', user)
      const key = { authorization: `Token ${String(json.auth_token)}` }
      expect((await ask('GET', '/api/v1/auth/users/me/', undefined, key)).json).toMatchObject({ email: user.email })
      expect((await ask('POST', '/api/v1/auth/token/logout/', undefined, key)).status).toBe(204)
      expect((await ask('GET', '/api/v1/auth/users/me/', undefined, key)).status).toBe(401)
    },
  },
  'dj-rest-auth': {
    urls: {
      'dj-rest-auth/registration/': {
        view: 'register',
        login: true,
        profile: [],
        user: ['pk', 'username', 'email'],
        required: ['password2'],
        request: { password: 'password1' },
      },
      'dj-rest-auth/login/': {
        view: 'token_obtain_pair',
        user: ['pk', 'username', 'email', 'first_name', 'last_name'],
      },
      'dj-rest-auth/logout/': { view: 'token_blacklist', members: { detail: 'Successfully logged out.' } },
      'dj-rest-auth/user/': { view: 'profile', profile: ['pk', 'username', 'email', 'first_name', 'last_name'] },
      'dj-rest-auth/token/refresh/': 'token_refresh',
      'dj-rest-auth/password/change/': {
        view: 'change_password',
        request: { new_password: 'new_password1' },
        response: { message: 'detail' },
      },
    },
    async story(ask) {
      const registration = { username: 'anna', email: 'anna@example.com', password1: password, password2: password }
      const registered = await ask('POST', '/dj-rest-auth/registration/', registration)
      const user = { pk: expect.any(Number), username: 'anna', email: 'anna@example.com' }
      expect(registered).toMatchObject({ status: 201, json: { access: text, refresh: text, user } })
      const { status, json } = await ask('POST', '/dj-rest-auth/login/', anna)
      expect(status).toBe(200)
      expect(json).toEqual({ access: text, refresh: text, user: { ...user, first_name: '', last_name: '' } })
      const changed = await ask('PATCH', '/dj-rest-auth/user/', { first_name: 'Anna' }, bearer(json.access))
      expect(changed.json).toEqual({ ...user, first_name: 'Anna', last_name: '' })
      const weak = { old_password: password, new_password1: '123' }
      expect((await ask('POST', '/dj-rest-auth/password/change/', weak, bearer(json.access))).json).toHaveProperty(
        'new_password1',
      )
      const out = await ask('POST', '/dj-rest-auth/logout/', { refresh: json.refresh })
      expect(out).toMatchObject({ status: 200, json: { detail: 'Successfully logged out.' } })
      expect((await ask('POST', '/dj-rest-auth/token/refresh/', { refresh: json.refresh })).status).toBe(401)
    },
  },
  'a home-made one that logs in with the address': {
    settings: { LOGIN_WITH: 'email' },
    urls: { 'api/users/login/': { view: 'token_obtain_pair', request: { username: 'email' }, user: true } },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      expect((await ask('POST', '/api/users/login/', { username: 'anna', password })).json).toEqual({
        email: ['This field is required.'],
      })
      const { json } = await ask('POST', '/api/users/login/', { email: anna.email, password })
      expect(json).toMatchObject({ access: text, refresh: text, user: { username: 'anna', email: anna.email } })
    },
  },
  'a home-made one that gives the token another name': {
    urls: {
      'api/auth/login': { view: 'token_obtain_pair', response: { access: 'token', refresh: 'refresh_token' } },
      'api/auth/refresh': {
        view: 'token_refresh',
        request: { refresh: 'refresh_token' },
        response: { access: 'token', refresh: 'refresh_token' },
      },
      'api/auth/logout': { view: 'token_logout', request: { refresh: 'refresh_token' }, status: 200 },
    },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      const login = await ask('POST', '/api/auth/login', anna)
      expect(login.json).toEqual({ token: text, refresh_token: text })
      const { json } = await ask('POST', '/api/auth/refresh', { refresh_token: login.json.refresh_token })
      expect(json).toEqual({ token: text, refresh_token: text })
      expect((await ask('POST', '/api/auth/refresh', {})).json).toEqual({ refresh_token: ['This field is required.'] })
      const out = await ask('POST', '/api/auth/logout', { refresh_token: json.refresh_token }, bearer(json.token))
      expect(out.status).toBe(200)
      const again = await ask('POST', '/api/auth/refresh', { refresh_token: json.refresh_token })
      expect(again.status).toBe(401)
    },
  },
  'a home-made one whose registration logs in, with nested tokens': {
    urls: {
      'api/auth/signup/': {
        view: 'register',
        login: true,
        profile: [],
        user: ['id', 'email', 'name'],
        required: ['first_name', 'last_name'],
        response: { access: 'tokens.access', refresh: 'tokens.refresh' },
      },
    },
    async story(ask) {
      const missing = await ask('POST', '/api/auth/signup/', anna)
      expect(missing.json).toMatchObject({ first_name: ['This field is required.'] })
      const { status, json } = await ask('POST', '/api/auth/signup/', {
        ...anna,
        first_name: 'Anna',
        last_name: 'Berg',
      })
      expect(status).toBe(201)
      expect(json).toEqual({
        user: { id: expect.any(Number), email: anna.email, name: 'Anna Berg' },
        tokens: { access: text, refresh: text },
      })
    },
  },
  'a home-made one with a profile that can be changed': {
    urls: { 'api/profile/': { view: 'profile', profile: ['id', 'username', 'email', 'phone_number', 'is_staff'] } },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      const { json } = await ask('POST', '/api/token/', anna)
      const sent = { phone_number: '+49 30 123', email: 'new@example.com', username: 'boss', is_staff: true }
      const changed = await ask('PUT', '/api/profile/', sent, bearer(json.access))
      const now = { id: expect.any(Number), username: 'anna', is_staff: false }
      expect(changed.json).toEqual({ ...now, email: 'new@example.com', phone_number: '+49 30 123' })
      expect((await ask('GET', '/api/profile/', undefined, bearer(json.access))).json).toEqual(changed.json)
      const bad = await ask('PATCH', '/api/profile/', { email: 'none' }, bearer(json.access))
      expect(bad).toMatchObject({ status: 400, json: { email: ['Enter a valid email address.'] } })
      expect((await ask('DELETE', '/api/profile/', undefined, bearer(json.access))).status).toBe(405)
    },
  },
  'one whose back end has a TokenObtainPairSerializer of its own': {
    urls: { 'api/login/': 'token_obtain_pair' },
    hooks: {
      addToAnswer: ({ account, view }) =>
        view === 'token_obtain_pair'
          ? { members: { role: 'editor', user: account.username, access: 'stolen' } }
          : undefined,
    },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      const { json } = await ask('POST', '/api/login/', anna)
      expect(json).toEqual({ access: text, refresh: text, role: 'editor', user: 'anna' })
      expect(json.access).not.toBe('stolen')
    },
  },
  'dj-rest-auth with keys': {
    urls: {
      'dj-rest-auth/login/': { view: 'login', response: { auth_token: 'key' } },
      'dj-rest-auth/logout/': { view: 'logout', status: 200, members: { detail: 'Successfully logged out.' } },
      'dj-rest-auth/user/': { view: 'profile', profile: ['pk', 'username', 'email', 'first_name', 'last_name'] },
      'dj-rest-auth/password/change/': {
        view: 'change_password',
        request: { new_password: 'new_password1' },
        response: { message: 'detail' },
      },
    },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      const refused = await ask('POST', '/dj-rest-auth/login/', { ...anna, password: 'wrong' })
      expect(refused.json).toEqual({ non_field_errors: ['Unable to log in with provided credentials.'] })
      const { json } = await ask('POST', '/dj-rest-auth/login/', anna)
      expect(json).toEqual({ key: text })
      const key = { authorization: `Token ${String(json.key)}` }
      expect((await ask('GET', '/dj-rest-auth/user/', undefined, key)).json).toMatchObject({ username: 'anna' })
      const change = { old_password: password, new_password1: 'Hv4$Ygp@Nd8sBz', new_password2: 'Hv4$Ygp@Nd8sBz' }
      const changed = await ask('POST', '/dj-rest-auth/password/change/', change, key)
      expect(changed).toMatchObject({ status: 200, json: { detail: text } })
      const left = await ask('POST', '/dj-rest-auth/logout/', undefined, key)
      expect(left).toMatchObject({ status: 200, json: { detail: 'Successfully logged out.' } })
      expect((await ask('GET', '/dj-rest-auth/user/', undefined, key)).status).toBe(401)
    },
  },
  'one that resets passwords with classic names': {
    urls: {
      'api/password-reset/': 'password_reset',
      'api/password-reset-confirm/': {
        view: 'password_reset_confirm',
        request: { uid: 'uidb64', new_password: 'password' },
        status: 200,
      },
    },
    settings: { PASSWORD_RESET_CONFIRM_URL: 'reset/{uid}/{token}' },
    async story(ask) {
      const asked = await ask('POST', '/api/password-reset/', { email: 'nobody@example.com' })
      expect(asked).toMatchObject({ status: 200, json: { message: text } })
      const bad = await ask('POST', '/api/password-reset-confirm/', {
        uidb64: 'MQ',
        token: 'x',
        password: 'Zx9!mKq#Lw7',
      })
      expect(bad).toMatchObject({ status: 400, json: { uidb64: ['Invalid value'] } })
      const empty = await ask('POST', '/api/password-reset-confirm/', {})
      expect(Object.keys(empty.json).toSorted()).toEqual(['password', 'token', 'uidb64'])
    },
  },
  'an interceptor that refreshes after a 401, and keeps its first refresh token': {
    settings: { COMPATIBILITY: 'simplejwt' },
    async story(ask) {
      await ask('POST', '/api/register/', anna)
      // Interceptors add whatever is stored to every request, including the login and the refresh.
      const stale = bearer('null')
      const { json: pair } = await ask('POST', '/api/token/', anna, stale)
      expect(pair).toEqual({ access: text, refresh: text })
      const failed = await Promise.all([1, 2, 3].map(() => ask('GET', '/api/users/profile/', undefined, stale)))
      for (const { status, json } of failed) expect([status, json.code]).toEqual([401, 'token_not_valid'])
      for (const path of ['/api/token/refresh/', '/api/token/refresh']) {
        const refreshed = await Promise.all([1, 2, 3].map(() => ask('POST', path, { refresh: pair.refresh }, stale)))
        for (const { status, json } of refreshed) {
          expect([status, json.access]).toEqual([200, text])
          expect((await ask('GET', '/api/users/profile/', undefined, bearer(json.access))).status).toBe(200)
        }
      }
      expect((await ask('POST', '/api/token/verify/', { token: pair.refresh })).json).toEqual({})
      expect((await ask('POST', '/api/token/blacklist/', { refresh: pair.refresh })).status).toBe(200)
      const over = await ask('POST', '/api/token/refresh/', { refresh: pair.refresh }, stale)
      expect(over).toMatchObject({ status: 401, json: { detail: 'Token is blacklisted', code: 'token_not_valid' } })
    },
  },
  'one that keeps its own users below another path': {
    settings: { HIDE_USERS: 'false' },
    urls: {
      'api/accounts/': 'user-list',
      'api/accounts/<int:pk>/': 'user-detail',
      'api/me/': 'user-me',
      'api/posts/': null,
    },
    async story(ask) {
      const { json: user } = await ask('POST', '/api/accounts/', anna)
      const { json } = await ask('POST', '/api/token/', anna)
      const seen = await ask('GET', `/api/accounts/${String(user.id)}/`, undefined, bearer(json.access))
      expect(seen).toMatchObject({ status: 200, json: { username: 'anna' } })
      expect((await ask('GET', '/api/me/', undefined, bearer(json.access))).json).toEqual(seen.json)
      expect((await ask('GET', '/api/posts/', undefined, bearer(json.access))).status).toBe(404)
      expect((await ask('GET', '/auth/users/', undefined, bearer(json.access))).status).toBe(404)
    },
  },
}

let app: TestApp | undefined

afterEach(async () => {
  await app?.close()
  app = undefined
})

describe.each(databases)('a front end that was written for a Django back end, on $name', (database) => {
  it.each(Object.entries(frontEnds))('works when only its base URL is changed: %s', async (_name, frontEnd) => {
    app = await startTestApp({ database, ...frontEnd })
    const { url } = app
    await frontEnd.story(async (method, path, body, headers = {}) => {
      const { status, json } = await sendJson(url, method, path, { ...(body !== undefined && { body }), headers })
      return { status, json: json as Record<string, unknown> }
    })
  })
})
