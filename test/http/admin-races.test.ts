import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPerson, addSuperuser, look, type Person } from '../support/administrators.ts'
import { databases } from '../support/databases.ts'
import type { JsonAnswer } from '../support/http-client.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { addAccount, codeOf, logIn, meet, PASSWORD, refresh } from '../support/v1-client.ts'

const SIXTEEN = Array.from({ length: 16 }, (_, nth) => nth)

describe.each(databases)('administrators at the same moment, on $name', (database) => {
  let app: TestApp
  let root: Person
  let people = 0
  beforeAll(async () => {
    app = await startTestApp({ database })
    root = await addSuperuser(app, 'root')
  })
  afterAll(() => app.close())

  const aName = () => `racer${++people}`
  const statusesOf = (answers: JsonAnswer[]) => answers.map(({ status }) => status).toSorted()
  const superusersLeft = async (among: Person[]) => {
    const { json } = await root.ask('GET', 'admin/users?is_superuser=true&is_staff=true&is_active=true&limit=200')
    const ids = new Set((json as { users: { id: number }[] }).users.map(({ id }) => id))
    return among.filter(({ id }) => ids.has(id)).length
  }

  it.each([
    [
      'demote one another',
      (actor: Person, id: number) => actor.ask('PATCH', `admin/users/${id}`, { is_superuser: false }),
    ],
    [
      'remove one another from the staff',
      (actor: Person, id: number) => actor.ask('PATCH', `admin/users/${id}`, { is_staff: false }),
    ],
    ['deactivate one another', (actor: Person, id: number) => actor.ask('POST', `admin/users/${id}/deactivate`)],
    ['delete one another', (actor: Person, id: number) => actor.ask('DELETE', `admin/users/${id}`)],
  ])('leave one superuser if two of them %s', async (_what, strike) => {
    for (let round = 0; round < 4; round++) {
      const pair = [await addSuperuser(app, aName()), await addSuperuser(app, aName())] as const
      const answers = await Promise.all([strike(pair[0], pair[1].id), strike(pair[1], pair[0].id)])
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
      expect(await superusersLeft([...pair])).toBe(1)
    }
    const ring = await Promise.all(SIXTEEN.map(() => addSuperuser(app, aName())))
    await Promise.all(
      ring.flatMap((actor, nth) => [1, 5].map((step) => strike(actor, ring[(nth + step) % 16]?.id ?? 0))),
    )
    expect(await superusersLeft(ring)).toBeGreaterThanOrEqual(1)
  })

  it('create one account, or one group, if sixteen ask for the same name', async () => {
    const username = aName()
    const spellings = SIXTEEN.map((nth) => (nth % 2 === 0 ? username : username.toUpperCase()))
    const accounts = await Promise.all(spellings.map((name) => root.ask('POST', 'admin/users', { username: name })))
    expect(statusesOf(accounts)).toEqual([201, ...Array(15).fill(400)])
    const groups = await Promise.all(spellings.map((name) => root.ask('POST', 'admin/groups', { name })))
    expect(statusesOf(groups)).toEqual([201, ...Array(15).fill(400)])
  })

  it('give one name to one of sixteen accounts, even if somebody registers it too', async () => {
    const username = aName()
    const ids = await Promise.all(SIXTEEN.map(async () => (await addAccount(app, aName())).id))
    const [registered, ...renamed] = await Promise.all([
      root.ask('POST', 'register', { username, password: PASSWORD }),
      ...ids.map((id) => root.ask('PATCH', `admin/users/${id}`, { username: username.toUpperCase() })),
    ])
    const won = [registered, ...renamed].filter(({ status }) => status < 300)
    expect(won).toHaveLength(1)
    expect([registered, ...renamed].filter(({ status }) => status === 400)).toHaveLength(16)
  })

  it('all succeed if sixteen change different fields of one account', async () => {
    const { id } = await addAccount(app, aName())
    const changes = [{ first_name: 'Ada' }, { last_name: 'Lovelace' }, { phone_number: '1' }, { is_staff: true }]
    const { json } = await root.ask('POST', 'admin/groups', { name: aName() })
    const path = `admin/groups/${(json as { id: number }).id}/members/${id}`
    const more = [root.ask('PUT', path), root.ask('POST', `admin/users/${id}/deactivate`)]
    const answers = await Promise.all([
      ...SIXTEEN.map((nth) => root.ask('PATCH', `admin/users/${id}`, changes[nth % 4])),
      ...more,
    ])
    expect(answers.every(({ status }) => status < 300)).toBe(true)
    expect(await look(root, id)).toMatchObject({
      ...Object.assign({}, ...changes),
      is_active: false,
      groups: [expect.any(Object)],
    })
    const events = (await root.ask('GET', `admin/events?account_id=${id}&limit=200`)).json as {
      events: { event: string }[]
    }
    const count = (name: string) => events.events.filter(({ event }) => event === name).length
    expect([count('account.changed'), count('account.rights_changed'), count('account.deactivated')]).toEqual([3, 1, 1])
  })

  it('delete an account once if sixteen try; the others find nothing', async () => {
    const { id } = await addAccount(app, aName())
    const answers = await Promise.all(SIXTEEN.map(() => root.ask('DELETE', `admin/users/${id}`)))
    expect(statusesOf(answers)).toEqual([204, ...Array(15).fill(404)])
    const events = (await root.ask('GET', `admin/events?account_id=${id}&event=account.deleted`)).json
    expect((events as { events: object[] }).events).toHaveLength(1)
  })

  it('leave no live session if an account is deactivated during its login', async () => {
    for (let round = 0; round < 4; round++) {
      const username = aName()
      const { id } = await addAccount(app, username)
      const logins = SIXTEEN.slice(0, 6).map(() => logIn(app, username).catch(() => undefined))
      await root.ask('POST', `admin/users/${id}/deactivate`)
      for (const tokens of await Promise.all(logins)) {
        if (tokens === undefined) continue
        expect((await meet(app, tokens.access_token)).slice(0, 2)).toEqual([401, 401])
        expect((await refresh(app, tokens.refresh_token)).status).toBe(401)
      }
    }
  })

  it('leave no live session if a password is set during a login with the old one', async () => {
    for (let round = 0; round < 4; round++) {
      const username = aName()
      const { id } = await addAccount(app, username)
      const logins = SIXTEEN.slice(0, 6).map(() => logIn(app, username).catch(() => undefined))
      const answer = await root.ask('POST', `admin/users/${id}/password`, { password: 'correct horse 10' })
      expect(answer.status).toBe(204)
      for (const tokens of await Promise.all(logins)) {
        if (tokens !== undefined) expect((await meet(app, tokens.access_token)).slice(0, 2)).toEqual([401, 401])
      }
    }
  })

  it('cannot delete the last superuser, even if two of them delete themselves at once', async () => {
    const alone = await startTestApp({ database })
    try {
      const [one, two] = [await addSuperuser(alone, 'one'), await addSuperuser(alone, 'two')]
      await addPerson(alone, 'no-staff', { isSuperuser: true })
      const answers = await Promise.all([one, two].map((person) => person.ask('DELETE', 'me', { password: PASSWORD })))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409])
      expect(answers.map(codeOf)).toContain('last_superuser')
      const [last] = [one, two].filter((_, nth) => answers[nth]?.status === 409)
      expect((await last?.ask('GET', 'admin/users'))?.status).toBe(200)
    } finally {
      await alone.close()
    }
  })
})
