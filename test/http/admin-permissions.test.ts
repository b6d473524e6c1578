import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { cookieHeader } from '../support/cookies.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { PASSWORD } from '../support/v1-client.ts'
import { anyDatabase } from './signed-in-app.ts'

/**
 * What each route of the administration requires, stated here a second time. A route that is opened by mistake, or that
 * nobody has thought about, fails the test. `staff`: no permission. A GET stands for HEAD too.
 */
const needed: Record<string, string[]> = {
  staff: ['GET attention'],
  superuser: [
    'GET settings',
    'POST groups',
    'PATCH groups/{id}',
    'DELETE groups/{id}',
    'PUT groups/{id}/members/{account_id}',
    'DELETE groups/{id}/members/{account_id}',
  ],
  'accounts.view': [
    'GET users',
    'GET users/{id}',
    'GET users/{id}/factors',
    'GET users/{id}/links',
    'GET users/export',
    // Each action on accounts needs its own permission; the body decides which.
    'POST users/bulk',
    'POST users/bulk/stream',
  ],
  'accounts.add': ['POST users', 'POST invitations'],
  'accounts.change': [
    'PATCH users/{id}',
    'POST users/{id}/activate',
    'POST users/{id}/deactivate',
    'POST users/{id}/password',
    'POST users/{id}/force-password-reset',
    'POST users/{id}/mail-reset-link',
    'POST users/{id}/recovery-code',
    'DELETE users/{id}/factors/{factor_id}',
    'POST users/{id}/factors/{factor_id}/keep',
    'DELETE users/{id}/trusted-devices',
  ],
  'accounts.delete': ['DELETE users/{id}', 'GET users/{id}/dependents'],
  'groups.view': ['GET groups', 'GET groups/{id}', 'GET permissions'],
  'sessions.view': ['GET sessions', 'GET sessions/{id}'],
  'sessions.delete': ['DELETE sessions', 'DELETE sessions/{id}', 'POST sessions/end', 'POST sessions/end/stream'],
  'events.view': ['GET events', 'GET events/{id}'],
  'statistics.view': ['GET statistics'],
  'keys.view': ['GET keys'],
  'keys.change': ['POST keys/rotate', 'POST keys/{kid}/retire'],
  'limits.view': ['GET limits'],
  'limits.change': ['POST limits/lift'],
  'outbox.view': ['GET outbox', 'GET outbox/{id}'],
  'outbox.change': ['POST outbox/retry', 'POST outbox/{id}/retry', 'POST outbox/{id}/drop'],
  'webhooks.view': ['GET webhooks', 'GET webhooks/{id}', 'GET webhooks/{id}/deliveries'],
  'webhooks.change': [
    'POST webhooks',
    'PATCH webhooks/{id}',
    'DELETE webhooks/{id}',
    'POST webhooks/{id}/rotate-secret',
    'POST webhooks/{id}/retry',
    'POST webhooks/{id}/deliveries/{event}/replay',
  ],
  'posts.view': ['GET posts', 'GET posts/{id}'],
  'posts.change': ['PATCH posts/{id}'],
  'posts.delete': ['DELETE posts/{id}'],
}

/** Bodies of requests that name an action, if the permission depends on it. */
const doing: [body: object, permission: string][] = [
  [{ action: 'activate', ids: [999_999] }, 'accounts.change'],
  [{ action: 'deactivate', ids: [999_999] }, 'accounts.change'],
  [{ action: 'force_password_reset', ids: [999_999] }, 'accounts.change'],
  [{ action: 'mail_reset_link', ids: [999_999] }, 'accounts.change'],
  [{ action: 'end_sessions', ids: [999_999] }, 'sessions.delete'],
  [{ action: 'delete', ids: [999_999] }, 'accounts.delete'],
]

const permissions = Object.keys(needed).filter((name) => name.includes('.'))
const PUBLIC_URL = 'https://auth.example.org'

describe('the permissions of the administration', { timeout: 120_000 }, () => {
  let app: TestApp
  let routes: string[]
  let root: Person
  /** Staff with only one permission, and with all but one. */
  const having = new Map<string, Person>()
  const lacking = new Map<string, Person>()

  beforeAll(async () => {
    app = await startTestApp({ database: anyDatabase, settings: { PUBLIC_URL, SAMPLE_RESOURCES: 'true' } })
    root = await addSuperuser(app, 'root')
    for (const [index, name] of permissions.entries()) {
      having.set(name, await addStaff(app, `has${index}`, name))
      lacking.set(name, await addStaff(app, `lacks${index}`, ...permissions.filter((other) => other !== name)))
    }
    const { json } = await sendJson(app.url, 'GET', '/openapi.json')
    const { paths } = json as { paths: Record<string, object> }
    routes = Object.entries(paths)
      .filter(([path]) => path.startsWith('/api/v1/admin/'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1/admin/', '')}`),
      )
      .filter((route) => !route.startsWith('HEAD '))
  })
  afterAll(() => app.close())

  const split = (route: string): [method: string, path: string] => {
    const [method = '', path = ''] = route.split(' ')
    return [method, `admin/${path.replaceAll(/\{\w+\}/g, '999999')}`]
  }
  /** Whether a person gets past the permission check. What then happens to a request without a body does not matter here. */
  async function passes(person: Person, route: string): Promise<boolean> {
    const [method, path] = split(route)
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    const statuses = await Promise.all(methods.map(async (one) => (await person.ask(one, path)).status))
    expect([route, statuses.some((status) => status >= 500)]).toEqual([route, false])
    const refused = statuses.map((status) => status === 403 || status === 401)
    expect([route, new Set(refused).size]).toEqual([route, 1])
    return !refused[0]
  }
  const passing = async (person: Person, some = routes) => {
    const found: string[] = []
    for (const route of some) if (await passes(person, route)) found.push(route)
    return found.toSorted()
  }

  it('are known for every route', () => {
    expect(routes.toSorted()).toEqual(Object.values(needed).flat().toSorted())
  })

  it('are not even checked for visitors without a login', async () => {
    for (const route of routes) {
      const [method, path] = split(route)
      expect([route, (await sendJson(app.url, method, `/api/v1/${path}`, {})).status]).toEqual([route, 401])
    }
  })

  it('end with the session, in the header and in a cookie', async () => {
    const { username, token } = await addSuperuser(app, 'leaver')
    const body = { username, password: PASSWORD, mode: 'cookie' }
    const cookie = cookieHeader(await sendJson(app.url, 'POST', '/api/v1/login', { body }))
    await sendJson(app.url, 'DELETE', '/api/v1/me/sessions', { token })
    for (const route of routes) {
      const [method, path] = split(route)
      const byHeader = await sendJson(app.url, method, `/api/v1/${path}`, { token })
      const headers = { cookie, origin: PUBLIC_URL, 'x-latchkey-csrf': '1' }
      const byCookie = await sendJson(app.url, method, `/api/v1/${path}`, { headers })
      expect([route, byHeader.status, byCookie.status]).toEqual([route, 401, 401])
    }
  })

  it('have no effect for accounts that are not staff', async () => {
    const person = await addPerson(app, 'plain', { permissions })
    expect(await passing(person)).toEqual([])
    const superuser = await addPerson(app, 'no-staff', { isSuperuser: true })
    expect(await passing(superuser)).toEqual([])
  })

  it('do not let staff without permissions use any route that needs one', async () => {
    expect(await passing(await addStaff(app, 'bare'))).toEqual(needed.staff)
  })

  it.each(permissions)('let staff use what needs %s with that permission alone, and nothing else', async (name) => {
    const person = having.get(name) as Person
    expect(await passing(person)).toEqual([...(needed[name] ?? []), ...(needed.staff ?? [])].toSorted())
  })

  it.each(permissions)('refuse what needs %s to staff with all other permissions', async (name) => {
    expect(await passing(lacking.get(name) as Person, needed[name])).toEqual([])
  })

  it('leave changes of rights to superusers', async () => {
    const everything = await addStaff(app, 'everything', ...permissions)
    expect(await passing(everything, needed.superuser)).toEqual([])
    expect(await passing(root)).toEqual(routes.toSorted())
  })

  it('let staff with view permissions change nothing', async () => {
    const viewer = await addStaff(app, 'viewer', ...permissions.filter((name) => name.endsWith('.view')))
    const changing = routes.filter((route) => !route.startsWith('GET') && !route.startsWith('POST users/bulk'))
    expect(await passing(viewer, changing)).toEqual([])
    for (const path of ['admin/users/bulk', 'admin/users/bulk/stream']) {
      for (const [body] of doing) {
        expect([path, body, (await viewer.ask('POST', path, body)).status]).toEqual([path, body, 403])
      }
    }
  })

  it('apply to each action on many accounts', async () => {
    for (const [index, [body, name]] of doing.entries()) {
      const person = await addStaff(app, `bulk${index}`, 'accounts.view', name)
      const others = permissions.filter((other) => other !== name)
      const without = await addStaff(app, `nobulk${index}`, ...others)
      for (const path of ['admin/users/bulk', 'admin/users/bulk/stream']) {
        expect([path, body, (await person.ask('POST', path, body)).status]).toEqual([path, body, 200])
        expect([path, body, (await without.ask('POST', path, body)).status]).toEqual([path, body, 403])
      }
    }
  })

  it('do not apply to requests that another website sends with a superuser’s cookies', async () => {
    const body = { username: 'root', password: PASSWORD, mode: 'cookie' }
    const cookie = cookieHeader(await sendJson(app.url, 'POST', '/api/v1/login', { body }))
    const own = await sendJson(app.url, 'GET', '/api/v1/admin/users', { headers: { cookie } })
    expect(own.status).toBe(200)
    for (const route of routes.filter((one) => !one.startsWith('GET'))) {
      const [method, path] = split(route)
      for (const headers of [
        { origin: 'https://evil.test' },
        { origin: `${PUBLIC_URL}.evil.test` },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        {},
      ]) {
        const sent = { cookie, 'content-type': 'application/json', ...headers }
        const { status, json } = await sendJson(app.url, method, `/api/v1/${path}`, { headers: sent })
        const { code } = json as { code?: string }
        expect([route, headers, status, code]).toEqual([route, headers, 403, 'csrf_check_failed'])
      }
    }
  })
})
