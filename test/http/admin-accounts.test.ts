import { pbkdf2Sync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AdminAccount, addPerson, addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn, meet, PASSWORD, refresh } from '../support/v1-client.ts'

const faultsOf = ({ json }: JsonAnswer) => (json as { errors?: { field: string; fault: string }[] }).errors

describe.each(databases)('the administration of accounts on $name', (database) => {
  let app: TestApp
  let root: Person
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const aName = () => `person${++people}`
  const create = async (body: object) => {
    const answer = await root.ask('POST', 'admin/users', { username: aName(), ...body })
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
    return answer.json as AdminAccount
  }
  const eventsOf = async (id: number) => {
    const { json } = await root.ask('GET', `admin/events?account_id=${id}&limit=200`)
    return (json as { events: { event: string; actor: object; facts: object }[] }).events.reverse()
  }

  describe('creating with a hash', () => {
    const HASH = 'pbkdf2_sha256$1000$saltsalt$iHl0PdkwEZc3JYEtM4pXMDPGoNtUNkoQ9hdyqKzWYnQ='

    it('lets the owner log in with the password it belongs to, and needs a superuser', async () => {
      const digest = pbkdf2Sync(PASSWORD, 'saltsalt', 1_000, 32, 'sha256').toString('base64')
      const username = aName()
      await create({ username, password_hash: `pbkdf2_sha256$1000$saltsalt$${digest}` })
      expect((await logIn(app, username)).access_token).toBeTruthy()
      const helper = await addPerson(app, aName(), { isStaff: true, permissions: ['accounts.add'] })
      const refused = await helper.ask('POST', 'admin/users', { username: aName(), password_hash: HASH })
      expect([refused.status, codeOf(refused)]).toEqual([403, 'permission_denied'])
    })

    it('refuses a hash that cannot be verified, and one beside a password', async () => {
      const bad = await root.ask('POST', 'admin/users', { username: aName(), password_hash: 'crypt$$abc' })
      expect([bad.status, faultsOf(bad)]).toMatchObject([400, [{ field: 'password_hash', fault: 'unverifiable_hash' }]])
      const both = await root.ask('POST', 'admin/users', { username: aName(), password_hash: HASH, password: PASSWORD })
      expect([both.status, faultsOf(both)]).toMatchObject([400, [{ field: 'password_hash', fault: 'password_given' }]])
    })
  })

  describe('creating', () => {
    it('creates an account with every possible field, and records who created it', async () => {
      const { json } = await root.ask('POST', 'admin/groups', { name: aName(), permissions: ['posts.add'] })
      const group = json as { id: number; name: string }
      const username = aName()
      const made = await create({
        username,
        password: PASSWORD,
        email: 'Ada@Example.ORG',
        email_verified: true,
        first_name: 'Ada',
        last_name: 'Lovelace',
        phone_number: '+44 20',
        locale: 'de',
        is_staff: true,
        is_superuser: false,
        groups: [group.id],
        user_permissions: ['accounts.view', 'accounts.view'],
      })
      expect(made).toEqual({
        id: made.id,
        uid: String(made.id),
        username,
        email: 'Ada@example.org',
        email_verified: true,
        first_name: 'Ada',
        last_name: 'Lovelace',
        phone_number: '+44 20',
        profile: {},
        locale: 'de',
        is_active: true,
        is_staff: true,
        is_superuser: false,
        created_at: expect.stringMatching(/^\d{4}-.*Z$/),
        last_login_at: null,
        groups: [{ id: group.id, name: group.name }],
        permissions: ['accounts.view', 'posts.add'],
        user_permissions: ['accounts.view'],
        has_password: true,
      })
      expect(await look(root, made.id)).toEqual(made)
      await logIn(app, username)
      const events = await eventsOf(made.id)
      expect(events.slice(0, 4)).toEqual(
        ['account.created', 'account.rights_changed', 'group.member_added', 'account.permissions_changed'].map(
          (event) =>
            expect.objectContaining({ event, actor: { type: 'account', account_id: root.id, username: 'root' } }),
        ),
      )
    })

    it('creates an account that nobody can log in to, if it has no password or is inactive', async () => {
      const [without, inactive] = [aName(), aName()]
      expect(await create({ username: without })).toMatchObject({ has_password: false })
      expect(await create({ username: inactive, password: PASSWORD, is_active: false })).toMatchObject({
        is_active: false,
      })
      for (const username of [without, inactive]) {
        const answer = await sendJson(app.url, 'POST', '/api/v1/login', { body: { username, password: PASSWORD } })
        expect([answer.status, codeOf(answer)]).toEqual([401, 'no_active_account'])
      }
    })

    it.each([
      [{ username: '' }, 'username', 'minLength'],
      [{ username: 'a b' }, 'username', 'invalid_username'],
      [{ username: 'a'.repeat(151) }, 'username', 'maxLength'],
      [{ username: 'a\0' }, 'username', 'text'],
      [{ username: 7 }, 'username', 'type'],
      [{ username: 'rOOt' }, 'username', 'username_taken'],
      [{ username: 'ｒｏｏｔ' }, 'username', 'username_taken'],
      [{ email: 'a@b@c' }, 'email', 'invalid_email'],
      [{ email: 'a@example.org\r\nBcc: x@example.org' }, 'email', 'invalid_email'],
      [{ email: 'a＠example.org' }, 'email', 'invalid_email'],
      [{ first_name: 'a'.repeat(151) }, 'first_name', 'maxLength'],
      [{ first_name: null }, 'first_name', 'type'],
      [{ phone_number: '1'.repeat(21) }, 'phone_number', 'maxLength'],
      [{ is_staff: 'true' }, 'is_staff', 'type'],
      [{ is_active: 1 }, 'is_active', 'type'],
      [{ groups: 1 }, 'groups', 'type'],
      [{ groups: ['1'] }, 'groups/0', 'type'],
      [{ groups: [999_999] }, 'groups/0', 'unknown_group'],
      [{ user_permissions: ['x'] }, 'user_permissions/0', 'invalid_permission'],
      [{ user_permissions: ['accounts.veiw'] }, 'user_permissions/0', 'unknown_permission'],
      [{ password: '' }, 'password', 'minLength'],
      [{ password: 'short' }, 'password', 'too_short'],
      [{ password: 'password1' }, 'password', 'too_common'],
      [{ profile: [] }, 'profile', 'type'],
      [{ profile: { company: 'a' } }, 'profile/company', 'unknown_field'],
    ])('refuses %j, and names the field', async (body, field, fault) => {
      const answer = await root.ask('POST', 'admin/users', { username: aName(), ...body })
      expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_fields'])
      expect(faultsOf(answer)).toContainEqual(expect.objectContaining({ field, fault }))
    })
  })

  describe('changing', () => {
    it('changes the named fields and leaves the others, and records the names of the changed ones', async () => {
      const made = await create({ first_name: 'Ada', phone_number: '1', email: 'a@example.org', email_verified: true })
      const username = aName()
      const answer = await root.ask('PATCH', `admin/users/${made.id}`, {
        first_name: 'Eda',
        username,
        phone_number: '1',
      })
      expect([answer.status, answer.json]).toEqual([200, { ...made, first_name: 'Eda', username }])
      expect(await look(root, made.id)).toEqual({ ...made, first_name: 'Eda', username })
      expect((await eventsOf(made.id)).at(-1)).toMatchObject({
        event: 'account.changed',
        actor: { type: 'account', account_id: root.id },
        facts: { fields: ['username', 'first_name'] },
      })
    })

    it('records nothing if nothing changes', async () => {
      const made = await create({ first_name: 'Ada' })
      const { username, first_name, email, is_active, is_staff } = made
      const same = { username, first_name, email, is_active, is_staff, groups: [], user_permissions: [] }
      expect((await root.ask('PATCH', `admin/users/${made.id}`, same)).json).toEqual(made)
      expect((await root.ask('PATCH', `admin/users/${made.id}`, {})).json).toEqual(made)
      expect(await eventsOf(made.id)).toHaveLength(1)
    })

    it.each(['id', 'password', 'has_password', 'created_at', 'last_login_at', 'credentials_version', 'permissions'])(
      'takes no %s',
      async (field) => {
        const made = await create({})
        const answer = await root.ask('PATCH', `admin/users/${made.id}`, { [field]: field === 'id' ? 1 : 'x' })
        expect([answer.status, answer.json]).toEqual([200, made])
      },
    )

    it('does not accept __proto__ or constructor as a field', async () => {
      const made = await create({})
      const answer = await sendJson(app.url, 'PATCH', `/api/v1/admin/users/${made.id}`, {
        token: root.token,
        body: JSON.parse('{"__proto__":{"is_staff":true},"constructor":{"prototype":{"is_superuser":true}}}'),
      })
      expect([answer.status, answer.json]).toEqual([200, made])
      expect(await look(root, made.id)).toEqual(made)
    })

    it('refuses the name of another account, in any spelling', async () => {
      const made = await create({})
      for (const username of ['root', 'ROOT', 'ｒoot', 'ro\u00adot']) {
        const answer = await root.ask('PATCH', `admin/users/${made.id}`, { username })
        expect(answer.status).toBe(400)
      }
      const answer = await root.ask('PATCH', `admin/users/${made.id}`, { username: made.username.toUpperCase() })
      expect(answer.json).toMatchObject({ username: made.username.toUpperCase() })
    })

    it('treats a new address as unconfirmed unless the request says otherwise', async () => {
      const made = await create({ email: 'a@example.org', email_verified: true })
      const change = async (body: object) => (await root.ask('PATCH', `admin/users/${made.id}`, body)).json
      expect(await change({ email: 'b@example.org' })).toMatchObject({ email_verified: false })
      expect(await change({ email_verified: true })).toMatchObject({ email_verified: true })
      expect(await change({ email: 'c@example.org', email_verified: true })).toMatchObject({ email_verified: true })
      expect(await change({ email: '', email_verified: true })).toMatchObject({ email: '', email_verified: false })
    })
  })

  it('shows no secret and no hash to anybody', async () => {
    const made = await create({ password: PASSWORD })
    for (const path of ['admin/users', `admin/users/${made.id}`]) {
      expect((await root.ask('GET', path)).text).not.toMatch(/argon2|"hash"|credentials_version|username_key/)
    }
  })

  it.each(['0', '-1', '1.0', '01', 'abc', '1%20or%201=1', "1'--", '9007199254740993', '9'.repeat(400), '1e3', '%00'])(
    'has nothing at the id %s',
    async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/deactivate'],
        ['POST', '/password'],
      ]) {
        const body = method === 'GET' || method === 'DELETE' ? undefined : { password: 'correct horse 10' }
        const answer = await root.ask(String(method), `admin/users/${id}${path}`, body)
        expect(answer.status).toBe(404)
      }
    },
  )

  describe('takes effect at once', () => {
    it('when an account is deactivated: its tokens stop working, even after it is activated again', async () => {
      const person = await addPerson(app, aName())
      expect((await root.ask('POST', `admin/users/${person.id}/deactivate`)).json).toMatchObject({ is_active: false })
      expect(await meet(app, person.token)).toEqual([401, 401, 'deactivated'])
      expect((await refresh(app, person.refreshToken)).status).toBe(401)
      expect((await root.ask('POST', `admin/users/${person.id}/activate`)).json).toMatchObject({ is_active: true })
      expect((await meet(app, person.token)).slice(0, 2)).toEqual([401, 401])
      expect((await refresh(app, person.refreshToken)).status).toBe(401)
      await logIn(app, person.username)
      const events = (await eventsOf(person.id)).map(({ event }) => event)
      expect(events).toEqual(expect.arrayContaining(['account.deactivated', 'account.activated']))
    })

    it('when an account is deleted: its tokens belong to nobody, and its id is never reused', async () => {
      const person = await addPerson(app, aName())
      expect((await root.ask('DELETE', `admin/users/${person.id}`)).status).toBe(204)
      expect((await meet(app, person.token)).slice(0, 2)).toEqual([401, 401])
      expect((await refresh(app, person.refreshToken)).status).toBe(401)
      expect((await root.ask('GET', `admin/users/${person.id}`)).status).toBe(404)
      expect((await root.ask('DELETE', `admin/users/${person.id}`)).status).toBe(404)
      expect((await addAccount(app, person.username)).id).toBeGreaterThan(person.id)
      expect((await eventsOf(person.id)).at(-1)).toMatchObject({ event: 'account.deleted' })
    })

    it('when a password is set: the old one stops working and all sessions end', async () => {
      const person = await addPerson(app, aName())
      const password = 'correct horse 10'
      expect((await root.ask('POST', `admin/users/${person.id}/password`, { password })).status).toBe(204)
      expect(await meet(app, person.token)).toEqual([401, 401, 'password_changed'])
      expect((await refresh(app, person.refreshToken)).status).toBe(401)
      const login = (typed: string) =>
        sendJson(app.url, 'POST', '/api/v1/login', { body: { username: person.username, password: typed } })
      expect([(await login(PASSWORD)).status, (await login(password)).status]).toEqual([401, 200])
    })

    it('when a reset is forced: the old password stops working and all sessions end', async () => {
      const person = await addPerson(app, aName())
      expect((await root.ask('POST', `admin/users/${person.id}/force-password-reset`)).status).toBe(204)
      expect(await meet(app, person.token)).toEqual([401, 401, 'administrator'])
      const body = { username: person.username, password: PASSWORD }
      expect((await sendJson(app.url, 'POST', '/api/v1/login', { body })).status).toBe(401)
      expect(await look(root, person.id)).toMatchObject({ has_password: false, is_active: true })
      expect((await eventsOf(person.id)).map(({ event }) => event)).toContain('password.removed')
    })

    it('when a password is refused: nothing changes', async () => {
      const person = await addPerson(app, aName())
      const answer = await root.ask('POST', `admin/users/${person.id}/password`, { password: `${person.username}1` })
      expect([answer.status, faultsOf(answer)?.[0]?.fault]).toEqual([400, 'too_similar'])
      expect((await meet(app, person.token))[0]).toBe(200)
    })
  })
})
