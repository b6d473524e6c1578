import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnPermission, ownPermissions } from '../../src/permissions/permission.ts'
import { addPerson, addStaff, addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, claimsOf, codeOf } from '../support/v1-client.ts'

type Door = [method: string, path: string, permission: OwnPermission | undefined]

/** The paths of the administration, and the permission that opens each to staff. */
const doors: Door[] = [
  ['GET', 'admin/users', 'accounts.view'],
  ['GET', 'admin/users/ID', 'accounts.view'],
  ['POST', 'admin/users', 'accounts.add'],
  ['PATCH', 'admin/users/ID', 'accounts.change'],
  ['POST', 'admin/users/ID/activate', 'accounts.change'],
  ['POST', 'admin/users/ID/deactivate', 'accounts.change'],
  ['POST', 'admin/users/ID/password', 'accounts.change'],
  ['POST', 'admin/users/ID/force-password-reset', 'accounts.change'],
  ['DELETE', 'admin/users/ID', 'accounts.delete'],
  ['POST', 'admin/invitations', 'accounts.add'],
  ['GET', 'admin/sessions?account_id=ID', 'sessions.view'],
  ['DELETE', 'admin/sessions?account_id=ID', 'sessions.delete'],
  ['GET', 'admin/events', 'events.view'],
  ['GET', 'admin/keys', 'keys.view'],
  ['POST', 'admin/keys/rotate', 'keys.change'],
  ['GET', 'admin/outbox', 'outbox.view'],
  ['POST', 'admin/outbox/retry', 'outbox.change'],
  ['GET', 'admin/permissions', 'groups.view'],
  ['GET', 'admin/settings', undefined],
  ['GET', 'admin/groups', 'groups.view'],
  ['GET', 'admin/groups/GROUP', 'groups.view'],
  ['POST', 'admin/groups', undefined],
  ['PATCH', 'admin/groups/GROUP', undefined],
  ['DELETE', 'admin/groups/GROUP', undefined],
  ['PUT', 'admin/groups/GROUP/members/ID', undefined],
  ['DELETE', 'admin/groups/GROUP/members/ID', undefined],
]

const allPermissions = Object.keys(ownPermissions)

describe.each(databases)('who may do what in the administration, on $name', (database) => {
  let app: TestApp
  let root: Person
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const aName = () => `person${++people}`
  const anAccount = async (facts = {}) => (await addAccount(app, aName(), facts)).id
  const aGroup = async () => {
    const { json } = await root.ask('POST', 'admin/groups', { name: `Group ${++people}` })
    return (json as { id: number }).id
  }

  /** Calls a path with everything it needs, so that only rights can cause a refusal. */
  async function open(person: Person, [method, path]: Door) {
    const place = path.replace('ID', String(await anAccount())).replace('GROUP', String(await aGroup()))
    const bodies: Record<string, object> = {
      'admin/users': { username: aName() },
      'admin/users/ID': { first_name: 'Ada' },
      'admin/users/ID/password': { password: 'correct horse 10' },
      'admin/invitations': { email: 'new@example.org' },
      'admin/groups': { name: `Group ${++people}` },
      'admin/groups/GROUP': { description: 'x' },
    }
    return person.ask(method, place, method === 'GET' || method === 'DELETE' ? undefined : bodies[path])
  }

  it.each(doors)('%s %s needs a token, and one of staff', async (...door) => {
    const stranger = await sendJson(app.url, door[0], `/api/v1/${door[1].replaceAll(/ID|GROUP/g, '1')}`)
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'not_authenticated'])
    const person = await addPerson(app, aName(), { permissions: allPermissions })
    const answer = await open(person, door)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'permission_denied'])
  })

  it.each(doors)('%s %s is open to superusers who are staff', async (...door) => {
    expect((await open(root, door)).status).toBeLessThan(300)
    const noStaff = await addPerson(app, aName(), { isSuperuser: true })
    expect((await open(noStaff, door)).status).toBe(403)
  })

  it.each(doors)('%s %s is open to staff with %s, and with nothing else', async (...door) => {
    const [, , permission] = door
    const others = allPermissions.filter((name) => name !== permission)
    expect((await open(await addStaff(app, aName(), ...others), door)).status).toBe(403)
    const answer = await open(await addStaff(app, aName(), ...allPermissions), door)
    if (permission === undefined) expect(answer.status).toBe(403)
    else expect((await open(await addStaff(app, aName(), permission), door)).status).toBeLessThan(300)
  })

  it('a permission from a group counts like one’s own, from the next request on', async () => {
    const staff = await addStaff(app, aName())
    const { json } = await root.ask('POST', 'admin/groups', { name: 'Viewers', permissions: ['accounts.view'] })
    const { id: group } = json as { id: number }
    const statuses = [(await staff.ask('GET', 'admin/users')).status]
    for (const [method, path, body] of [
      ['PUT', `admin/groups/${group}/members/${staff.id}`],
      ['PATCH', `admin/groups/${group}`, { permissions: [] }],
      ['PATCH', `admin/groups/${group}`, { permissions: ['accounts.view'] }],
      ['DELETE', `admin/groups/${group}/members/${staff.id}`],
      ['PATCH', `admin/users/${staff.id}`, { groups: [group] }],
      ['DELETE', `admin/groups/${group}`],
      ['PATCH', `admin/users/${staff.id}`, { user_permissions: ['accounts.view'] }],
      ['PATCH', `admin/users/${staff.id}`, { is_staff: false }],
    ] as const) {
      expect((await root.ask(method, path, body)).status).toBeLessThan(300)
      statuses.push((await staff.ask('GET', 'admin/users')).status)
    }
    expect(statuses).toEqual([403, 200, 403, 200, 403, 200, 403, 200, 403])
  })

  describe('nobody but a superuser', () => {
    let staff: Person
    beforeAll(async () => {
      staff = await addStaff(app, aName(), ...allPermissions)
    })

    it.each([
      [{ is_staff: true }],
      [{ is_superuser: true }],
      [{ groups: [1] }],
      [{ user_permissions: ['posts.add'] }],
      [{ first_name: 'Ada', user_permissions: ['accounts.view'] }],
    ])('grants %j, to others or to themselves', async (rights) => {
      const id = await anAccount()
      const before = await look(root, id)
      // They are staff already, so this is not a change.
      for (const target of 'is_staff' in rights ? [id] : [id, staff.id]) {
        const answer = await staff.ask('PATCH', `admin/users/${target}`, rights)
        expect([answer.status, codeOf(answer)]).toEqual([403, 'permission_denied'])
      }
      expect(await look(root, id)).toEqual(before)
      const username = aName()
      expect((await staff.ask('POST', 'admin/users', { username, ...rights })).status).toBe(403)
      expect((await root.ask('GET', `admin/users?search=${username}`)).json).toMatchObject({ users: [] })
    })

    it('takes rights away', async () => {
      const id = await anAccount({ isStaff: true })
      expect((await staff.ask('PATCH', `admin/users/${id}`, { is_staff: false })).status).toBe(403)
      await root.ask('PATCH', `admin/users/${id}`, { user_permissions: ['accounts.view'] })
      expect((await staff.ask('PATCH', `admin/users/${id}`, { user_permissions: [] })).status).toBe(403)
      expect(await look(root, id)).toMatchObject({ is_staff: true, user_permissions: ['accounts.view'] })
    })

    it.each(doors.filter(([method, path]) => method !== 'GET' && path.startsWith('admin/users/')))(
      'changes a superuser: %s %s',
      async (method, path) => {
        for (const facts of [{ isStaff: true, isSuperuser: true }, { isSuperuser: true }]) {
          const id = await anAccount(facts)
          const before = await look(root, id)
          const body = { first_name: 'Ada', password: 'correct horse 10' }
          const answer = await staff.ask(method, path.replace('ID', String(id)), body)
          expect([answer.status, codeOf(answer)]).toEqual([403, 'permission_denied'])
          expect(await look(root, id)).toEqual(before)
        }
      },
    )
  })

  it('a request that changes nothing needs no right', async () => {
    const staff = await addStaff(app, aName(), ...allPermissions)
    const id = await anAccount()
    const same = { is_staff: false, is_superuser: false, groups: [], user_permissions: [], first_name: 'Ada' }
    expect(await staff.ask('PATCH', `admin/users/${id}`, same)).toMatchObject({ status: 200 })
    expect((await staff.ask('POST', 'admin/users', { username: aName(), ...same })).status).toBe(201)
  })

  it('staff end no sessions of superusers, nor of staff with more rights', async () => {
    const helper = await addStaff(app, aName(), 'sessions.view', 'sessions.delete')
    const sidOf = ({ token }: Person) => String(claimsOf(token).sid)
    for (const person of [await addSuperuser(app, aName()), await addStaff(app, aName(), 'keys.change')]) {
      for (const path of [`admin/sessions/${sidOf(person)}`, `admin/sessions?account_id=${person.id}`]) {
        const answer = await helper.ask('DELETE', path)
        expect([answer.status, codeOf(answer)]).toEqual([403, 'permission_denied'])
      }
      expect((await person.ask('GET', 'me')).status).toBe(200)
    }
    const person = await addPerson(app, aName())
    expect((await helper.ask('DELETE', `admin/sessions/${sidOf(person)}`)).status).toBe(204)
    expect((await person.ask('GET', 'me')).status).toBe(401)
    expect((await helper.ask('DELETE', `admin/sessions/${'0'.repeat(32)}`)).status).toBe(404)
  })

  it('staff gain nothing through staff who have more rights', async () => {
    const helper = await addStaff(app, aName(), 'accounts.view', 'accounts.change', 'accounts.delete')
    const mighty = await addStaff(app, aName(), 'accounts.view', 'keys.change')
    const equal = await addStaff(app, aName(), 'accounts.view')
    const body = { password: 'correct horse 10' }
    for (const [method, path] of [
      ['POST', 'password'],
      ['POST', 'force-password-reset'],
      ['POST', 'deactivate'],
    ]) {
      expect((await helper.ask(String(method), `admin/users/${mighty.id}/${path}`, body)).status).toBe(403)
    }
    expect((await helper.ask('PATCH', `admin/users/${mighty.id}`, { email: 'a@example.org' })).status).toBe(403)
    expect((await helper.ask('DELETE', `admin/users/${mighty.id}`)).status).toBe(403)
    expect((await helper.ask('POST', `admin/users/${equal.id}/password`, body)).status).toBe(204)
    expect((await mighty.ask('GET', 'me')).status).toBe(200)
  })

  it('nobody deactivates, demotes, deletes or renames themselves, not even superusers', async () => {
    const facts = { isStaff: true, email: 'old@example.org' }
    const superuser = await addPerson(app, aName(), { ...facts, isSuperuser: true })
    const staff = await addPerson(app, aName(), { ...facts, permissions: allPermissions })
    for (const person of [superuser, staff]) {
      const path = `admin/users/${person.id}`
      const before = await look(root, person.id)
      const changes = [{ is_active: false }, { email: 'new@example.org' }, { email_verified: false }]
      if (person === superuser) changes.push(...([{ is_staff: false }, { is_superuser: false }] as never[]))
      const answers = [
        ...(await Promise.all(changes.map((body) => person.ask('PATCH', path, body)))),
        await person.ask('POST', `${path}/deactivate`),
        await person.ask('POST', `${path}/password`, { password: 'correct horse 10' }),
        await person.ask('POST', `${path}/force-password-reset`),
        await person.ask('DELETE', path),
      ]
      for (const answer of answers) expect([answer.status, codeOf(answer)]).toEqual([409, 'own_account'])
      expect(await look(root, person.id)).toEqual(before)
      expect((await person.ask('PATCH', path, { first_name: 'Ada', is_active: true })).status).toBe(200)
    }
  })

  it('granting rights needs a recent login', async () => {
    const superuser = await addSuperuser(app, aName())
    const id = await anAccount()
    const group = await aGroup()
    app.clock.advance(16 * 60_000)
    const { json } = await sendJson(app.url, 'POST', '/api/v1/refresh', {
      body: { refresh_token: superuser.refreshToken },
    })
    const { access_token: token } = json as { access_token: string }
    const ask = (method: string, path: string, body?: object) =>
      sendJson(app.url, method, `/api/v1/${path}`, { token, ...(body && { body }) })
    for (const answer of [
      await ask('PATCH', `admin/users/${id}`, { is_staff: true }),
      await ask('PATCH', `admin/users/${id}`, { email: 'new@example.org' }),
      await ask('POST', 'admin/users', { username: aName(), is_superuser: true }),
      await ask('PUT', `admin/groups/${group}/members/${id}`),
      await ask('PATCH', `admin/groups/${group}`, { permissions: ['posts.add'] }),
      await ask('POST', `admin/users/${id}/password`, { password: 'correct horse 10' }),
      await ask('DELETE', `admin/users/${id}`),
    ]) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'recent_login_required'])
    }
    const plain = { first_name: 'Ada', email: '', is_staff: false, groups: [] }
    expect((await ask('PATCH', `admin/users/${id}`, plain)).status).toBe(200)
    expect((await ask('POST', 'admin/users', { username: aName() })).status).toBe(201)
  })
})
