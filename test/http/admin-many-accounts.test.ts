import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addStaff, addSuperuser, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, logIn } from '../support/v1-client.ts'

type Bulk = { done: number; unchanged: number; failed: { id: number; code: string }[]; next: number | null }

describe.each(databases)('many accounts at once on $name', (database) => {
  let app: TestApp
  let root: Person
  const ids: number[] = []

  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
    for (const name of ['ann', 'ben', 'cat']) {
      ids.push((await addAccount(app, name, { email: `${name}@example.org`, firstName: '=cmd()' })).id)
    }
  })
  afterAll(() => app.close())

  const bulk = async (person: Person, body: object) => {
    const { status, json } = await person.ask('POST', 'admin/users/bulk', body)
    return { status, ...(json as Bulk & { code: string }) }
  }

  it('are deactivated and activated by their ids, and those that fail are named', async () => {
    const missing = 999_999
    expect(await bulk(root, { action: 'deactivate', ids: [...ids, root.id, missing] })).toMatchObject({
      status: 200,
      done: 3,
      unchanged: 0,
      failed: [
        { id: root.id, username: 'root', code: 'own_account' },
        { id: missing, username: null, code: 'not_found' },
      ],
      next: null,
    })
    expect(await bulk(root, { action: 'activate', ids: [...ids, root.id] })).toMatchObject({ done: 3, unchanged: 1 })
  })

  it('are selected by a filter, a few at a time', async () => {
    const filter = { search: 'example.org' }
    const first = await bulk(root, { action: 'deactivate', filter, limit: 2 })
    expect(first).toMatchObject({ done: 2, failed: [] })
    expect(await bulk(root, { action: 'deactivate', filter, limit: 2, after: first.next })).toMatchObject({
      done: 1,
      next: null,
    })
    expect(await bulk(root, { action: 'activate', filter: { is_active: false } })).toMatchObject({ done: 3 })
    expect(await bulk(root, { action: 'activate' })).toMatchObject({ status: 400 })
    expect(await bulk(root, { action: 'activate', filter: { is_actve: false } })).toMatchObject({ status: 400 })
    expect(await bulk(root, { action: 'activate', filter, ids })).toMatchObject({ status: 400 })
  })

  it('get links to set a new password, or lose their passwords', async () => {
    const { id } = await addAccount(app, 'forgetful')
    expect(await bulk(root, { action: 'mail_reset_link', ids: [id] })).toMatchObject({
      failed: [{ id, code: 'no_mail' }],
    })
    expect(await bulk(root, { action: 'force_password_reset', ids: [id, root.id] })).toMatchObject({
      done: 1,
      failed: [{ id: root.id, code: 'own_account' }],
    })
    expect((await root.ask('GET', `admin/users/${id}`)).json).toMatchObject({ has_password: false })
  })

  it('need the same permission as one account', async () => {
    const viewer = await addStaff(app, 'viewer', 'accounts.view')
    expect(await bulk(viewer, { action: 'deactivate', ids })).toMatchObject({ status: 403, code: 'permission_denied' })
    const changer = await addStaff(app, 'changer', 'accounts.view', 'accounts.change')
    expect(await bulk(changer, { action: 'delete', ids })).toMatchObject({ status: 403 })
    expect(await bulk(changer, { action: 'add_to_group', group_id: 1, ids })).toMatchObject({ status: 403 })
    expect(await bulk(changer, { action: 'deactivate', ids: [root.id] })).toMatchObject({
      done: 0,
      failed: [{ id: root.id, code: 'permission_denied' }],
    })
  })

  it('join and leave groups, lose their sessions, and are deleted', async () => {
    const group = (await root.ask('POST', 'admin/groups', { name: 'Readers' })).json as { id: number }
    const body = { group_id: group.id, ids }
    expect(await bulk(root, { action: 'add_to_group', ...body })).toMatchObject({ done: 3 })
    expect(await bulk(root, { action: 'add_to_group', ...body })).toMatchObject({ done: 0, unchanged: 3 })
    expect(await bulk(root, { action: 'remove_from_group', ...body })).toMatchObject({ done: 3 })
    expect(await bulk(root, { action: 'add_to_group', ids })).toMatchObject({ status: 400 })
    expect(await bulk(root, { action: 'add_to_group', group_id: 4711, ids })).toMatchObject({ status: 404 })
    const { access_token: token } = await logIn(app, 'ann')
    expect(await bulk(root, { action: 'end_sessions', ids })).toMatchObject({ done: 1, unchanged: 2 })
    expect((await sendJson(app.url, 'GET', '/api/v1/me', { token })).status).toBe(401)
    const gone = await addPerson(app, 'gone')
    const dependents = `admin/users/${gone.id}/dependents`
    expect((await root.ask('GET', dependents)).json).toEqual({ sessions: 1, links: 0, mails: 0, posts: 0 })
    expect((await (await addStaff(app, 'onlooker', 'accounts.view')).ask('GET', dependents)).status).toBe(403)
    expect(await bulk(root, { action: 'delete', ids: [gone.id] })).toMatchObject({ done: 1 })
    expect((await root.ask('GET', `admin/users/${gone.id}`)).status).toBe(404)
    expect((await root.ask('GET', dependents)).status).toBe(404)
  })

  it('are exported as CSV that contains no formula', async () => {
    const path = 'admin/users/export?search=example.org&order=-username&columns=username,first_name'
    const { status, headers, text } = await root.ask('GET', path)
    expect(status).toBe(200)
    expect(headers['content-type']).toEqual(['text/csv; charset=utf-8'])
    expect(text).toBe('"username","first_name"\r\n"cat","\'=cmd()"\r\n"ben","\'=cmd()"\r\n"ann","\'=cmd()"\r\n')
    expect((await root.ask('GET', 'admin/users/export?columns=password')).status).toBe(400)
    expect((await (await addPerson(app, 'plain')).ask('GET', 'admin/users/export')).status).toBe(403)
  })

  it('are listed in other orders, page by page', async () => {
    const names = async (order: string) => {
      const found: string[] = []
      let cursor = ''
      do {
        const { json } = await root.ask('GET', `admin/users?search=example.org&order=${order}&limit=1${cursor}`)
        const page = json as { users: { username: string }[]; next: string | null }
        found.push(...page.users.map(({ username }) => username))
        cursor = page.next === null ? '' : `&cursor=${page.next}`
      } while (cursor !== '')
      return found
    }
    expect(await names('-email')).toEqual(['cat', 'ben', 'ann'])
    expect(await names('email')).toEqual(['ann', 'ben', 'cat'])
    await app.administer('deactivate', 'ben')
    expect(await names('is_active')).toEqual(['ben', 'ann', 'cat'])
    expect(await names('is_staff')).toEqual(['ann', 'ben', 'cat'])
    await app.administer('activate', 'ben')
    const byId = (await root.ask('GET', `admin/users?search=${ids[1]}`)).json as { users: { username: string }[] }
    expect(byId.users.map(({ username }) => username)).toContain('ben')
  })

  it('have their sessions listed together, running and ended, page by page', async () => {
    await logIn(app, 'ann')
    await logIn(app, 'ben')
    const list = async (query: string) =>
      (await root.ask('GET', `admin/sessions?${query}`)).json as {
        sessions: { id: string; account_id: number; username: string; end_reason: string | null }[]
        next: string | null
      }
    const first = await list('limit=1')
    const second = await list(`limit=1&cursor=${first.next}`)
    expect([...first.sessions, ...second.sessions].map(({ username }) => username)).toEqual(['ben', 'ann'])
    const ended = await list('state=ended&end_reason=administrator')
    expect(ended.sessions.map(({ username, end_reason }) => ({ username, end_reason }))).toContainEqual({
      username: 'ann',
      end_reason: 'administrator',
    })
    const [session] = first.sessions
    expect((await root.ask('GET', `admin/sessions/${session?.id}`)).json).toEqual(session)
    expect((await root.ask('GET', 'admin/sessions/nonsense')).status).toBe(404)
    expect((await list('username=ben%40example.org')).sessions.map(({ username }) => username)).toEqual(['ben'])
    expect((await list(`account_id=${ids[1]}`)).sessions.map(({ username }) => username)).toEqual(['ben'])
    expect((await list('address=203.0.113.')).sessions).toEqual([])
    expect((await root.ask('GET', 'admin/sessions?cursor=nonsense')).status).toBe(400)
    expect((await root.ask('GET', 'admin/sessions?acount_id=1')).status).toBe(400)
  })
})
