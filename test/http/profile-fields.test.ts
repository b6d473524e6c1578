import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOneTimeToken } from '../../src/one-time-tokens/one-time-token.ts'
import { keepOneTimeToken } from '../../src/one-time-tokens/one-time-token-store.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { addPerson, addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import { type JsonAnswer, sendJson } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { PASSWORD } from '../support/v1-client.ts'

const schemaFile = join(import.meta.dirname, '../support/profile-schema.json')

describe.each(databases)('profile fields on $name', (database) => {
  let app: TestApp
  let root: Person
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database, settings: { PROFILE_SCHEMA_FILE: schemaFile } })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const aName = () => `person${++people}`
  const faultsOf = ({ json }: JsonAnswer) => (json as { errors?: object[] }).errors
  const register = (profile?: unknown) =>
    sendJson(app.url, 'POST', '/api/v1/register', {
      body: { username: aName(), password: PASSWORD, ...(profile !== undefined && { profile }) },
    })

  it('are accepted at registration, including required ones', async () => {
    const made = await register({ company: 'Engines', newsletter: true })
    expect([made.status, made.json]).toEqual([
      201,
      expect.objectContaining({ profile: { company: 'Engines', newsletter: true } }),
    ])
    const without = await register()
    expect([without.status, faultsOf(without)]).toEqual([400, [{ field: 'profile/company', fault: 'required' }]])
  })

  it.each([
    [{ company: 1 }, 'profile/company', 'type'],
    [{ company: '' }, 'profile/company', 'minLength'],
    [{ company: 'a'.repeat(101) }, 'profile/company', 'maxLength'],
    [{ company: 'a', birthday: 'yesterday' }, 'profile/birthday', 'format'],
    [{ company: 'a', is_staff: true }, 'profile/is_staff', 'unknown_field'],
    [JSON.parse('{"company":"a","__proto__":{"is_staff":true}}'), 'profile/__proto__', 'unknown_field'],
    [{ company: 'a\0' }, 'profile/company', 'text'],
    [[], 'profile', 'type'],
    ['a', 'profile', 'type'],
    [null, 'profile', 'type'],
  ])('are refused by every path if they do not match the schema: %.60j', async (profile, field, fault) => {
    const person = await addPerson(app, aName())
    for (const answer of [
      await register(profile),
      await person.ask('PATCH', 'me', { profile }),
      await root.ask('PATCH', `admin/users/${person.id}`, { profile }),
      await root.ask('POST', 'admin/users', { username: aName(), profile }),
    ]) {
      expect(answer.status).toBe(400)
      expect(faultsOf(answer)).toContainEqual(expect.objectContaining({ field, fault }))
    }
    expect(await look(root, person.id)).toMatchObject({ profile: {} })
  })

  it('are changed member by member, by their owner and by administrators', async () => {
    const person = await addPerson(app, aName())
    const profileIn = ({ json }: JsonAnswer) => (json as { profile: object }).profile
    expect(profileIn(await person.ask('PATCH', 'me', { profile: { company: 'a', newsletter: true } }))).toEqual({
      company: 'a',
      newsletter: true,
    })
    const path = `admin/users/${person.id}`
    expect(profileIn(await root.ask('PATCH', path, { profile: { company: 'b', newsletter: null } }))).toEqual({
      company: 'b',
    })
    expect(profileIn(await person.ask('GET', 'me'))).toEqual({ company: 'b' })
    expect((await root.ask('PATCH', path, { profile: { company: null } })).status).toBe(400)
    const events = (await root.ask('GET', `admin/events?account_id=${person.id}&event=account.changed`)).json
    expect((events as { events: object[] }).events).toMatchObject([
      { facts: { fields: ['profile'] }, actor: { account_id: root.id } },
      { facts: { fields: ['profile'] }, actor: { account_id: person.id } },
    ])
  })

  it('are accepted from invited users, who may leave them out because the page does not ask for them', async () => {
    const accept = async (profile?: unknown) => {
      const use = { purpose: 'invitation', account: undefined, email: `${aName()}@example.net` }
      const { secret, token } = createOneTimeToken(systemRandom, use, 60_000, app.clock.now())
      await app.app.database.inTransaction((tx) => keepOneTimeToken(tx, token))
      const body = { token: secret, username: aName(), password: PASSWORD, ...(profile !== undefined && { profile }) }
      return sendJson(app.url, 'POST', '/api/v1/invitations/accept', { body })
    }
    const company = { company: 'Engines' }
    expect(await accept(company)).toMatchObject({ status: 200, json: { account: { profile: company } } })
    expect(await accept()).toMatchObject({ status: 200, json: { account: { profile: {} } } })
    const faulty = await accept({ newsletter: true })
    expect([faulty.status, faultsOf(faulty)]).toEqual([400, [{ field: 'profile/company', fault: 'required' }]])
  })

  it('lose nothing if sixteen change them at once', async () => {
    const person = await addPerson(app, aName())
    await person.ask('PATCH', 'me', { profile: { company: 'a' } })
    const changes = [{ newsletter: true }, { birthday: '1815-12-10' }, { company: 'b' }]
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, nth) =>
        root.ask('PATCH', `admin/users/${person.id}`, { profile: changes[nth % changes.length] }),
      ),
    )
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect(await look(root, person.id)).toMatchObject({
      profile: { company: 'b', newsletter: true, birthday: '1815-12-10' },
    })
  })

  it('may be left out by administrators, and do not exist in the classic contract', async () => {
    const made = await root.ask('POST', 'admin/users', { username: aName() })
    expect([made.status, made.json]).toEqual([201, expect.objectContaining({ profile: {} })])
    const body = { username: aName(), password: PASSWORD, profile: { company: 'a' } }
    expect((await sendJson(app.url, 'POST', '/api/users/', { body })).status).toBe(201)
    const found = (await root.ask('GET', `admin/users?search=${body.username}`)).json as {
      users: { profile: object }[]
    }
    expect(found.users[0]?.profile).toEqual({})
    const login = await sendJson(app.url, 'POST', '/api/token/', { body })
    const { access } = login.json as { access: string }
    expect((await sendJson(app.url, 'GET', '/api/users/profile/', { token: access })).text).not.toContain('company')
  })

  it('stay if a later schema does not declare them, and can be removed', async () => {
    const person = await addPerson(app, aName())
    await person.ask('PATCH', 'me', { profile: { company: 'a', newsletter: true } })
    const later = await app.another({ PROFILE_SCHEMA_FILE: 'none' })
    const ask = (body: object) => sendJson(later.url, 'PATCH', '/api/v1/me', { token: person.token, body })
    expect((await ask({ first_name: 'Ada' })).json).toMatchObject({ profile: { company: 'a', newsletter: true } })
    expect((await ask({ profile: { company: 'b' } })).status).toBe(400)
    expect((await ask({ profile: { company: null } })).json).toMatchObject({ profile: { newsletter: true } })
  })
})
